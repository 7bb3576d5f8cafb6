"""Prints how many messages of a topic a consumer group has not committed yet: lag.py BOOTSTRAP GROUP TOPIC."""

import sys

from confluent_kafka import Consumer, TopicPartition

SECONDS = 10

consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": sys.argv[2]})  # asks, without joining the group
topic = consumer.list_topics(sys.argv[3], timeout=SECONDS).topics[sys.argv[3]]
if topic.error is not None or not topic.partitions:
    sys.exit(f"lag: topic {sys.argv[3]}: {topic.error}")
lag = 0
for committed in consumer.committed([TopicPartition(sys.argv[3], each) for each in topic.partitions], timeout=SECONDS):
    first, end = consumer.get_watermark_offsets(committed, timeout=SECONDS)
    lag += end - (committed.offset if committed.offset >= 0 else first)
consumer.close()
print(lag)
