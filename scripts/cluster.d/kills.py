"""Kills the processes of a cluster by turns while alerts come and questions are asked."""

import random
import socket
import threading
import time

import confluent_kafka
from answers import Answers
from cluster import PARTITIONS, is_ready, wait_until
from ingester import Failure

RESTART = 2  # seconds that a killed process stays away


def play(cluster, options):
    """Returns what was answered, and how many alerts were produced."""
    chance = random.Random(options.seed)
    alerts = options.rate * options.seconds
    cluster.simulate("source", alerts, alerts * 325 // 1000, options.seed)
    cluster.make_topic(cluster.topic)
    ingesters = [cluster.process(f"ingester{each}", "skipper-ingester",
                                 cluster.settings("cluster", cluster.topic, cluster.group,
                                                  SKIPPER_KAFKA__BATCH_MESSAGES="50"))
                 for each in (1, 2, 3)]
    apis = [cluster.api(f"api{each}", port) for each, port in enumerate(free_ports(2), 1)]
    for each in ingesters + apis:
        each.start()
    for api in apis:
        wait_until(lambda api=api: is_ready(api), f"{api.name} is ready", [api])
    answers = Answers(cluster, apis, options.seed)
    producer = Replay(cluster, answers, options.rate)
    answers.start()
    producer.start()
    try:
        kill_by_turns(ingesters, apis, answers, producer, options, chance)
        producer.join()
        if producer.failure:
            raise Failure(f"the producer: {producer.failure}")
        wait_until(lambda: cluster.lag(cluster.topic, cluster.group) == 0, "all is ingested", ingesters + apis, 600)
        time.sleep(3)  # some more questions about all of it
    finally:
        producer.stopped = True
        answers.stop()
    for each in ingesters + apis:
        each.stop()
    for each in ingesters:
        batches = list(each.batches(whole=True))
        stored, repeated = (sum(batch[key] for batch in batches) for key in ("stored", "repeated"))
        print(f"  {each.name}: {len(batches)} batches finished, {stored} alerts stored in them, {repeated} found stored "
              f"before, held up {each.held_up()} times")
    return answers, producer.sent


def kill_by_turns(ingesters, apis, answers, producer, options, chance):
    begin = time.monotonic()
    turns = []
    for number in range(1, options.seconds // options.every + 1):
        turns = turns or chance.sample(ingesters + apis, len(ingesters + apis))
        victim = turns.pop()
        due = begin + number * options.every - chance.uniform(0, min(1, options.every / 2))
        while time.monotonic() < due:
            for each in ingesters + apis:
                each.check()
            time.sleep(0.05)
        if victim in apis:
            answers.goes_down(victim)
        victim.kill()
        time.sleep(RESTART)
        victim.start()
        if victim in apis:
            wait_until(lambda: is_ready(victim), f"{victim.name} is ready again", [victim], 60)
            answers.is_up(victim)
        print(f"{time.monotonic() - begin:7.1f} s  {victim.name} killed and started again; {producer.sent} alerts "
              f"produced, {answers.asked} questions answered rightly")


class Replay(threading.Thread):
    """Sends what is in topic `source` to the cluster's topic, so many a second, to the same partitions."""

    def __init__(self, cluster, answers, rate):
        super().__init__(daemon=True)
        self.cluster, self.answers, self.rate = cluster, answers, rate
        self.sent, self.stopped, self.failure = 0, False, None

    def run(self):
        try:
            self.replay()
        except Exception as error:
            self.failure = repr(error)

    def replay(self):
        source = confluent_kafka.Consumer({
            "bootstrap.servers": self.cluster.kafka, "group.id": "source", "enable.auto.commit": False,
            "auto.offset.reset": "earliest", "queued.max.messages.kbytes": 16384})
        source.assign([confluent_kafka.TopicPartition("source", each, 0) for each in range(PARTITIONS)])
        ends = sum(source.get_watermark_offsets(confluent_kafka.TopicPartition("source", each), timeout=30)[1]
                   for each in range(PARTITIONS))
        target = confluent_kafka.Producer({"bootstrap.servers": self.cluster.kafka, "enable.idempotence": True,
                                           "message.max.bytes": 10_000_000})
        undelivered = []
        begin = time.monotonic()
        while self.sent < ends and not self.stopped:
            message = source.poll(30)
            if message is None or message.error():
                raise Failure(f"nothing comes from the source: {message and message.error()}")
            time.sleep(max(0.0, begin + self.sent / self.rate - time.monotonic()))
            self.answers.will_come(message.value())
            target.produce(self.cluster.topic, message.value(), message.key(), message.partition(),
                           on_delivery=lambda error, _: error and undelivered.append(error))
            target.poll(0)
            self.sent += 1
        left = target.flush(60)
        source.close()
        if undelivered or left:
            raise Failure(f"{len(undelivered) + left} alerts were not produced: {undelivered[:3]}")


def free_ports(count):
    """Ports that nobody listens on, from below those of outgoing connections."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        first_outgoing = int(file.read().split()[0])
    ports = []
    for port in random.sample(range(10000, max(first_outgoing, 20000)), 1000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
        if len(ports) == count:
            return ports
    raise Failure("no port is free")
