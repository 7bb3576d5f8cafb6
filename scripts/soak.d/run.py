"""Plays one scenario on the services of run `soak`, and judges what is stored afterwards.

    run.py crash|database|broker|two|prove --alerts N --objects N --seed N --kills N
"""

import argparse
import signal
import sys
import time

import damage
import scenarios
from ingester import Failure
from judge import Judge
from stage import GROUP, TOPIC, Stage


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", choices=["crash", "database", "broker", "two", "prove"])
    for option in ("alerts", "objects", "seed", "kills"):
        parser.add_argument("--" + option, type=int, required=True)
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))  # so that ingesters are ended
    stage = Stage(options.alerts, options.objects, options.seed)
    try:
        stage.produce()
        play = scenarios.peace if options.scenario == "prove" else getattr(scenarios, options.scenario)
        play(stage, options.kills)
        report(stage)
        return judged(stage, options.scenario)
    except Failure as failure:
        print(f"  {failure}")
        return 1
    finally:
        stage.close()


def report(stage):
    """How fast it went, and what the faults have caused: a scenario in which nothing was repeated shows little."""
    took = time.monotonic() - stage.begin
    print(f"  {stage.alerts} alerts ingested in {took:.1f} s, {stage.alerts / took:.0f} per s, faults included")
    for ingester in stage.ingesters:
        batches = list(ingester.batches(whole=True))
        stored, repeated = (sum(each[key] for each in batches) for key in ("stored", "repeated"))
        print(f"  {ingester.name}: {len(batches)} batches finished, {stored} alerts stored in them, {repeated} found "
              f"stored before, held up {ingester.held_up()} times")


def judged(stage, scenario):
    start = time.monotonic()
    judge = Judge(stage.env["KAFKA_BOOTSTRAP"], TOPIC, GROUP, stage.mongo[stage.env["MONGODB_DATABASE"]], stage.alerts)
    faults = judge.faults()
    print(f"  judge: {judge.summary}: {len(faults)} faults, found in {time.monotonic() - start:.1f} s")
    for line in faults[:30]:
        print(f"  judge: {line[:300]}")
    if scenario == "prove" and not faults:
        return damage.prove(judge)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
