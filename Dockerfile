# Skipper's images, one for each program:
#   docker build --target api -t skipper-api .          (ingester, skipper and kafka-producer likewise)
# They run as user 10001 on a read-only root file system. Settings come from /skipper/config.yaml, secrets from
# /skipper/secrets.json, catalogues from /skipper/catalogs, and SKIPPER_SECTION__KEY in the environment overrides.

FROM swift:6.3-bookworm AS build
WORKDIR /source
COPY scripts/dependencies scripts/
RUN scripts/dependencies --build && rm -rf /var/lib/apt/lists/*
COPY . .
# The Swift runtime is linked into the programs; symbols are left out (-s).
RUN --mount=type=cache,target=/source/.build,sharing=locked \
    for product in skipper skipper-ingester skipper-api; do \
        swift build -c release --static-swift-stdlib -Xlinker -s --product "$product" || exit 1; \
        install -D -t /programs ".build/release/$product" || exit 1; \
    done

FROM debian:12-slim AS runtime
# What the programs link, the certificates of authorities, and the time zones that pipelines may name.
RUN apt-get update && apt-get install --yes --no-install-recommends \
        ca-certificates tzdata \
        libavro23 libbson-1.0-0 libbz2-1.0 libcfitsio10 libcrypt1 libcsv3 libcurl4 libexpat1 libmicrohttpd12 \
        libmongoc-1.0-0 libpcre2-8-0 libpng16-16 librdkafka1 libsnappy1v5 libssl3 libstdc++6 libyaml-0-2 zlib1g \
    && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log \
    && groupadd --gid 10001 skipper \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /skipper --shell /usr/sbin/nologin skipper \
    && mkdir -p /skipper/catalogs /packets
WORKDIR /skipper
ARG VERSION=0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Skipper" \
    org.opencontainers.image.description="Alert broker for time-domain astronomy" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.base.name="docker.io/library/debian:12-slim" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"

# The operator's command.
FROM runtime AS skipper
COPY --from=build /programs/skipper /usr/bin/
USER 10001:10001
ENTRYPOINT ["skipper"]
CMD ["help"]

# Fills a topic for trying out: with the packets in /packets, or else with a simulated night.
FROM skipper AS kafka-producer
COPY docker/kafka-producer /usr/bin/
VOLUME /packets
ENTRYPOINT ["kafka-producer"]
CMD []

FROM runtime AS ingester
COPY --from=build /programs/skipper-ingester /usr/bin/
USER 10001:10001
ENV SKIPPER_SERVER__METRICS_PORT=4001
EXPOSE 4001
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=4 CMD ["skipper-ingester", "--is-healthy"]
ENTRYPOINT ["skipper-ingester"]
CMD []

FROM runtime AS api
COPY --from=build /programs/skipper-api /usr/bin/
USER 10001:10001
EXPOSE 4000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=4 CMD ["skipper-api", "--is-healthy"]
ENTRYPOINT ["skipper-api"]
CMD []
