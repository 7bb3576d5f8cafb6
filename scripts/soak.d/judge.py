"""Compares what is stored with what the topic holds.

    judge.py BOOTSTRAP TOPIC GROUP MONGODB_URI DATABASE ALERTS

Reads the topic with confluent-kafka and fastavro, and MongoDB with PyMongo; nothing comes from the broker. Prints what
was found, and exits with 1 where something is wrong.
"""

import collections
import io
import sys

import bson
import confluent_kafka
import fastavro
import pymongo
from light_curve import LightCurve, stored_documents

SECONDS = 30  # for an answer of Kafka


def carried(text):
    """Sexagesimal text as it is stored: where Kowalski writes 60 seconds, they are carried to the next minute."""
    first, minutes, seconds = text.split(":")
    if not seconds.startswith("60"):
        return text
    total = abs(int(first)) * 60 + int(minutes) + 1
    whole = total // 60 % (24 if len(seconds) == 7 else 360)  # hours have 4 decimals, degrees 3
    whole = f"-{whole}" if text.startswith("-") else f"{whole:02d}"
    return f"{whole}:{total % 60:02d}:0{seconds[1:]}"


class Topic:
    """A topic as it stands, read from the beginning to the end by nobody's group."""

    def __init__(self, bootstrap, topic, group):
        self.topic = topic
        self.consumer = confluent_kafka.Consumer(
            {"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False,
             "enable.partition.eof": True, "auto.offset.reset": "earliest"})
        partitions = self.consumer.list_topics(topic, timeout=SECONDS).topics[topic].partitions
        self.partitions = [confluent_kafka.TopicPartition(topic, each) for each in partitions]
        self.ends = {each.partition: self.consumer.get_watermark_offsets(each, timeout=SECONDS)
                     for each in self.partitions}

    def packets(self):
        """Partition and packet of each alert; those of a partition in their order."""
        self.consumer.assign([confluent_kafka.TopicPartition(self.topic, each.partition, self.ends[each.partition][0])
                              for each in self.partitions])
        ended = {each for each, (first, end) in self.ends.items() if first == end}
        while len(ended) < len(self.ends):
            message = self.consumer.poll(SECONDS)
            if message is None:
                sys.exit(f"judge: nothing more comes from topic {self.topic}")
            if message.error():
                if message.error().code() != confluent_kafka.KafkaError._PARTITION_EOF:
                    sys.exit(f"judge: topic {self.topic}: {message.error()}")
                ended.add(message.partition())
                continue
            for packet in fastavro.reader(io.BytesIO(message.value())):
                yield message.partition(), packet
        self.consumer.unassign()

    def lag(self):
        """How many messages the group has not committed."""
        return sum(self.ends[each.partition][1] - max(each.offset, self.ends[each.partition][0])
                   for each in self.consumer.committed(self.partitions, timeout=SECONDS))


class Judge:
    """What the topic says, and what is wrong with a database."""

    def __init__(self, bootstrap, topic, group, database, alerts):
        self.topic = Topic(bootstrap, topic, group)
        self.database = database
        self.alerts = alerts

    def faults(self):
        """All that is wrong, one line each; `summary` then says what was looked at."""
        self.found = []
        self.light_curves = collections.defaultdict(LightCurve)
        produced = self.judge_alerts()
        self.judge_numbers(produced)
        self.judge_light_curves()
        for packet in self.database.rejected.find({}, {"packet": 0}):
            self.found.append(f"rejected {packet['_id']}: {packet.get('reason')}")
        lag = self.topic.lag()
        if lag != 0:
            self.found.append(f"the group has {lag} messages to commit")
        return self.found

    def judge_alerts(self):
        """Compares each alert with its packet; returns how often each candid is in the topic."""
        produced = collections.Counter()
        expected = {}
        for partition, packet in self.topic.packets():
            alert, previous, forced = stored_documents.mongified(packet)
            alert["coordinates"]["radec_str"] = [carried(each) for each in alert["coordinates"]["radec_str"]]
            produced[alert["candid"]] += 1
            expected[alert["candid"]] = alert
            self.light_curves[alert["objectId"]].add(partition, packet, previous, forced)
            if len(expected) == 500:
                self.compare(expected)
                expected = {}
        self.compare(expected)
        if len(produced) != self.alerts or produced.total() != self.alerts:
            self.found.append(f"the topic has {produced.total()} messages with {len(produced)} alerts, "
                              f"and {self.alerts} were simulated")
        return produced

    def compare(self, expected):
        stored = {each["candid"]: each for each in self.database.ZTF_alerts.find({"_id": {"$in": list(expected)}})}
        for candid, alert in expected.items():
            if candid not in stored:
                self.found.append(f"alert {candid}: not stored")
                continue
            # Through BSON, so that types are PyMongo's: int for 32 bits, Int64 for 64.
            wanted = bson.decode(bson.encode(alert))
            self.found += [f"alert {candid}: {each}" for each in stored_documents.differences(
                wanted, stored[candid], "", stored_documents.ROTATED)]

    def judge_numbers(self, produced):
        """Reads the whole collection, without an index: after a crash an index is no witness."""
        stored = collections.Counter(
            each.get("candid") for each in self.database.ZTF_alerts.find({}, {"candid": 1}, hint=[("$natural", 1)]))
        self.found += [f"alert {candid}: stored {count} times" for candid, count in stored.items() if count > 1]
        self.found += [f"alert {candid}: in no packet" for candid in stored.keys() - produced.keys()]
        self.stored = stored.total()

    def judge_light_curves(self):
        self.points = self.epochs = self.kept = 0
        unseen = set(self.light_curves)
        # As users see them: a view, which joins the documents and their older points.
        for document in self.database.ZTF_alerts_aux.find():
            object_id = document["_id"]
            if object_id not in unseen:
                self.found.append(f"object {object_id}: " + ("twice" if object_id in self.light_curves else "unknown"))
                continue
            unseen.remove(object_id)
            self.found += [f"object {object_id}: {each}" for each in self.light_curves[object_id].faults(document)]
            self.points += len(document.get("prv_candidates", []))
            self.kept += "fp_hists" in document
            self.epochs += len(document.get("fp_hists", []))
        self.found += [f"object {object_id}: no light curve" for object_id in unseen]

    @property
    def summary(self):
        return (f"{self.stored} alerts, {len(self.light_curves)} objects, {self.points} points in prv_candidates, "
                f"{self.epochs} in fp_hists of {self.kept} objects")


def main(bootstrap, topic, group, uri, database, alerts):
    judge = Judge(bootstrap, topic, group, pymongo.MongoClient(uri)[database], int(alerts))
    faults = judge.faults()
    print(f"  judge: {judge.summary}: {len(faults)} faults")
    for line in faults[:30]:
        print(f"  judge: {line[:300]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
