.DEFAULT_GOAL := help
.PHONY: help run test test-address test-thread bench fuzz soak cluster filters schema image-check lint format stop clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## everything on this machine: services, simulated alerts, ingester, API, example queries; then serve until Ctrl-C
	@scripts/run

test: ## build and run all tests against a MongoDB and a Kafka of their own; scripts/test --filter X for some
	@scripts/test

test-address: ## the tests with AddressSanitizer and leak check
	@scripts/test --sanitize=address

test-thread: ## the tests with ThreadSanitizer, without those that start librdkafka
	@scripts/test --sanitize=thread

bench: ## cost per alert
	@scripts/bench

fuzz: ## random bytes against everything that reads from a wire
	@scripts/fuzz

soak: ## a quarter of an hour of alerts while services fail, and a judge of what is stored
	@scripts/soak

cluster: ## three ingesters and two APIs, one killed every 20 s for 5 minutes under load, and a judge of all answers
	@scripts/cluster

filters: ## the example filters on 20,000 simulated alerts through the ingester, every hit judged by MongoDB
	@scripts/filters

schema: ## 20 minutes of requests made from the API's OpenAPI document
	@scripts/schema

image-check: ## the images of the Dockerfile without Docker: built in folders, run, and weighed; needs root
	@scripts/image

lint: ## format, architecture and shell scripts
	@scripts/lint

format: ## rewrite the sources in the project's format
	@swift format --in-place --recursive $(wildcard Sources Tests Benchmarks Fuzz) Package.swift

stop: ## stop every local service of this folder
	@scripts/services stop-all

clean: stop ## remove what was built and the services' data (downloads stay in their cache)
	@rm -rf .build .services
