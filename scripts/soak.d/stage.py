"""Where a scenario plays: the services, the topic with its alerts, and the clock."""

import os
import random
import shlex
import subprocess
import time

import confluent_kafka
import pymongo
from ingester import Failure, Ingester

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, ".services", "soak")
TOPIC, GROUP, PARTITIONS = "soak", "soak", 4


class Stage:
    PATIENCE = 180  # seconds without any alert stored or offset committed, after which nothing more is expected

    def __init__(self, alerts, objects, seed):
        self.alerts, self.objects, self.seed = alerts, objects, seed
        self.random = random.Random(seed)
        with open(os.path.join(FOLDER, "env")) as file:
            self.env = dict(word.split("=", 1) for word in shlex.split(file.read()))
        self.settings = {
            "SKIPPER_DATABASE__URI": self.env["MONGODB_URI"],
            "SKIPPER_DATABASE__DB": self.env["MONGODB_DATABASE"],
            "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": self.env["KAFKA_BOOTSTRAP"],
            "SKIPPER_KAFKA__GROUP": GROUP,
            "SKIPPER_KAFKA__TOPICS": TOPIC,
            "SKIPPER_LOG__LEVEL": "debug",  # a line for each batch
            "SKIPPER_LOG__FORM": "json",
        }
        self.ingesters = []
        self.begin = time.monotonic()
        # Times out at once, because being away is what the servers are here for.
        self.mongo = pymongo.MongoClient(self.env["MONGODB_URI"], serverSelectionTimeoutMS=500, socketTimeoutMS=5000)
        self.kafka = confluent_kafka.Consumer(
            {"bootstrap.servers": self.env["KAFKA_BOOTSTRAP"], "group.id": GROUP, "log_level": 0},
            logger=_silent)  # asks, without joining the group

    def close(self):
        for ingester in self.ingesters:
            ingester.abandon()
        self.mongo.close()
        self.kafka.close()

    def say(self, text):
        stored = self.stored()
        print(f"{time.monotonic() - self.begin:7.1f} s  {'?' if stored is None else stored:>6} stored  {text}")

    def produce(self):
        """Fills the topic."""
        start = time.monotonic()
        subprocess.run(
            [os.path.join(ROOT, ".build/release/skipper"), "simulate", "--alerts", str(self.alerts), "--objects",
             str(self.objects), "--seed", str(self.seed), "--topic", TOPIC, "--partitions", str(PARTITIONS)],
            env={**os.environ, **self.settings}, check=True)
        took = time.monotonic() - start
        print(f"  {self.alerts} alerts simulated and produced in {took:.1f} s, {self.alerts / took:.0f} per s")
        self.begin = time.monotonic()

    def ingester(self, name):
        self.ingesters.append(
            Ingester(name, os.path.join(ROOT, ".build/release/skipper-ingester"), self.settings,
                     os.path.join(FOLDER, name + ".log")))
        return self.ingesters[-1]

    def services(self, verb, component):
        result = subprocess.run([os.path.join(ROOT, "scripts/services"), verb, "soak", component],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            raise Failure(f"scripts/services {verb} soak {component}: {result.stdout.strip()}")

    def stored(self):
        """How many alerts are stored; None while the database is away."""
        try:
            # Counted in the index, since the collection's own count is not kept through a crash.
            counted = list(self.mongo[self.env["MONGODB_DATABASE"]].ZTF_alerts.aggregate(
                [{"$group": {"_id": None, "count": {"$sum": 1}}}], hint="_id_"))
        except pymongo.errors.OperationFailure as error:
            if error.code != 2:  # the collection, and so the index, does not exist yet
                return None
            return 0
        except pymongo.errors.PyMongoError:
            return None
        return counted[0]["count"] if counted else 0

    def lag(self):
        """How many messages the group has not committed; None while Kafka is away."""
        try:
            lag = 0
            for each in self.kafka.committed(
                    [confluent_kafka.TopicPartition(TOPIC, each) for each in range(PARTITIONS)], timeout=2):
                first, end = self.kafka.get_watermark_offsets(each, timeout=2)
                lag += end - (each.offset if each.offset >= 0 else first)
            return lag
        except confluent_kafka.KafkaException:
            return None

    def wait_until(self, condition, what, running):
        """Polls ten times a second, as long as these ingesters run and anything goes on."""
        seen, since = None, time.monotonic()
        next_lag = 0.0
        lag = None
        while not condition():
            for ingester in running:
                ingester.check()
            now = time.monotonic()
            if now > next_lag:
                lag, next_lag = self.lag(), now + 5
            state = (self.stored(), lag)
            if state != seen:
                seen, since = state, now
            elif now - since > self.PATIENCE:
                raise Failure(f"nothing was done for {self.PATIENCE} s while waiting until {what}; {state[0]} of "
                              f"{self.alerts} alerts are stored, {lag} messages wait")
            time.sleep(0.1)

    def wait_for_share(self, share, running):
        """Waits until so much of all alerts is stored, and then for a random part of a second."""
        wanted = int(share * self.alerts)
        self.wait_until(lambda: (self.stored() or 0) >= wanted, f"{wanted} alerts are stored", running)
        self.wait_at_random()

    def wait_at_random(self):
        """So that faults meet a batch at any of its steps; shorter where few alerts last less long."""
        time.sleep(self.random.uniform(0, min(1.0, self.alerts / 20_000)))

    def must_be_unfinished(self):
        lag = self.lag()
        if lag == 0:
            raise Failure(f"everything was ingested before the last fault; {self.alerts} alerts are too few")

    def wait_until_done(self, running):
        self.wait_until(lambda: self.stored() == self.alerts and self.lag() == 0, "all is ingested", running)


def _silent():
    pass
