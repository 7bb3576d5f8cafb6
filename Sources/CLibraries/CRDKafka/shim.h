#pragma once
#include <librdkafka/rdkafka.h>

/* rd_kafka_producev is variadic, which Swift cannot call; rd_kafka_produce needs a topic handle kept alive.
 * A null key or payload is NULL; an empty one is any other pointer with size 0. The bytes are copied. */
static inline rd_kafka_resp_err_t crdkafka_produce(rd_kafka_t *client, const char *topic, int32_t partition,
                                                   const void *key, size_t key_size, const void *payload,
                                                   size_t payload_size, int64_t timestamp, void *ticket) {
    return rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                             RD_KAFKA_V_VALUE((void *)payload, payload_size), RD_KAFKA_V_TIMESTAMP(timestamp),
                             RD_KAFKA_V_OPAQUE(ticket), RD_KAFKA_V_END);
}

/* RD_KAFKA_PARTITION_UA is a macro with a cast, which Swift does not import. */
static const int32_t crdkafka_any_partition = RD_KAFKA_PARTITION_UA;
