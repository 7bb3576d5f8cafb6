"""The processes of a cluster, and the servers that they share."""

import os
import secrets
import shlex
import subprocess
import time
import urllib.request

import confluent_kafka
import pymongo
from confluent_kafka.admin import AdminClient, NewTopic
from ingester import Failure, Ingester

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, ".services", "cluster")
PARTITIONS = 16


class Cluster:
    """Starts processes of the release build with settings of their own."""

    topic = group = "cluster"

    def __init__(self):
        with open(os.path.join(FOLDER, "env")) as file:
            env = dict(word.split("=", 1) for word in shlex.split(file.read()))
        self.uri, self.kafka = env["MONGODB_URI"], env["KAFKA_BOOTSTRAP"]
        self.mongo = pymongo.MongoClient(self.uri)
        self.database = self.mongo["cluster"]
        self.password = secrets.token_urlsafe(18)
        self.key = secrets.token_urlsafe(48)
        self.processes = []

    def settings(self, database, topic, group, **more):
        return {
            "SKIPPER_DATABASE__URI": self.uri, "SKIPPER_DATABASE__DB": database,
            "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": self.kafka, "SKIPPER_KAFKA__GROUP": group,
            "SKIPPER_KAFKA__TOPICS": topic, "SKIPPER_LOG__LEVEL": "debug", "SKIPPER_LOG__FORM": "json",
            "SKIPPER_SERVER__HOST": "127.0.0.1", **more,
        }

    def process(self, name, program, settings):
        """A place of a process: it can be started, killed and stopped. Its log goes on with each start."""
        place = Ingester(name, os.path.join(ROOT, ".build/release", program), settings,
                         os.path.join(FOLDER, name + ".log"))
        self.processes.append(place)
        return place

    def api(self, name, port):
        place = self.process(name, "skipper-api", {
            **self.settings("cluster", self.topic, self.group), "SKIPPER_SERVER__PORT": str(port),
            "SKIPPER_SERVER__ADMIN_PASSWORD": self.password, "SKIPPER_SERVER__JWT_SECRET_KEY": self.key})
        place.url = f"http://127.0.0.1:{port}"
        return place

    def make_topic(self, name):
        admin = AdminClient({"bootstrap.servers": self.kafka})
        for future in admin.create_topics([NewTopic(name, PARTITIONS, 1)]).values():
            future.result(60)

    def simulate(self, topic, alerts, objects, seed):
        start = time.monotonic()
        subprocess.run(
            [os.path.join(ROOT, ".build/release/skipper"), "simulate", "--alerts", str(alerts), "--objects",
             str(objects), "--seed", str(seed), "--topic", topic, "--partitions", str(PARTITIONS)],
            env={**os.environ, **self.settings("cluster", topic, self.group)}, check=True)
        took = time.monotonic() - start
        print(f"  {alerts} alerts of {objects} objects simulated into topic {topic} in {took:.1f} s")

    def lag(self, topic, group):
        """How many messages a group has not committed."""
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.kafka, "group.id": group, "log_level": 0})
        lag = 0
        partitions = [confluent_kafka.TopicPartition(topic, each) for each in range(PARTITIONS)]
        for each in consumer.committed(partitions, timeout=30):
            first, end = consumer.get_watermark_offsets(each, timeout=30)
            lag += end - (each.offset if each.offset >= 0 else first)
        consumer.close()
        return lag

    def server_times(self):
        """Processor time of mongod and of Kafka, seconds."""
        times = []
        for server in ("mongod", "kafka"):
            with open(os.path.join(FOLDER, server + ".pid")) as file:
                times.append(processor(int(file.read())))
        return times

    def close(self):
        for process in self.processes:
            process.abandon()
        self.mongo.close()


def wait_until(condition, what, running=(), patience=300):
    """Waits for a condition, as long as these processes run."""
    end = time.monotonic() + patience
    while not condition():
        for process in running:
            process.check()
        if time.monotonic() > end:
            raise Failure(f"waited {patience} s in vain until {what}")
        time.sleep(0.1)


def processor(pid):
    """Processor time of a process, seconds (proc(5))."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_ready(api):
    try:
        with urllib.request.urlopen(api.url + "/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
