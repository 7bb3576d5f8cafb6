"""Runs the ingester over a topic and measures it."""

import os
import subprocess
import time
import urllib.request

import pymongo

from services import free_port, peak, processor

BUILD = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".build/release")


class Servers:
    """Processor time of mongod and of the broker."""

    def __init__(self, folder):
        self.pids = {name: int(open(f"{folder}/{name}.pid").read()) for name in ("mongod", "kafka")}
        self.start = {name: processor(pid) for name, pid in self.pids.items()}

    def spent(self):
        return {name: processor(pid) - self.start[name] for name, pid in self.pids.items()}


def metrics(port):
    try:
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=2).read().decode()
    except OSError:
        return {}
    values = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    return values


def ingest(environment, topic, database, folder, **settings):
    port = free_port()
    environment = dict(
        os.environ,
        SKIPPER_DATABASE__URI=environment["MONGODB_URI"],
        SKIPPER_DATABASE__DB=database,
        SKIPPER_KAFKA__BOOTSTRAP_SERVERS=environment["KAFKA_BOOTSTRAP"],
        SKIPPER_KAFKA__TOPICS=topic,
        SKIPPER_KAFKA__GROUP=database,
        SKIPPER_SERVER__HOST="127.0.0.1",
        SKIPPER_SERVER__METRICS_PORT=str(port),
        SKIPPER_LOG__LEVEL="warning",
        **settings,
    )
    servers = Servers(folder)
    ingester = subprocess.Popen([f"{BUILD}/skipper-ingester"], env=environment)
    start, now = None, {}
    limit = time.time() + 600
    alerts = int(os.environ.get("ALERTS", "20000"))
    while now.get("alerts_stored_total", 0) < alerts:
        if ingester.poll() is not None or time.time() > limit:
            raise SystemExit("the ingester ended or is too slow")
        time.sleep(0.02)
        now = metrics(port)
        if start is None and now.get("alerts_received_total", 0) > 0:
            start = time.perf_counter()
    seconds = time.perf_counter() - start
    spent = dict(servers.spent(), ingester=processor(ingester.pid))
    memory = peak(ingester.pid)
    ingester.terminate()
    if ingester.wait(30) != 0:
        raise SystemExit("the ingester did not stop in order")
    steps = {
        step: now.get(f'step_duration_seconds_sum{{step="{step}"}}', 0) / alerts * 1e6
        for step in ("receive", "decode", "enrich", "record", "filter", "commit")
    }
    return alerts / seconds, {k: v / alerts * 1e6 for k, v in spent.items()}, memory, steps


def prepare(environment, database):
    """The same collections and indexes for both."""
    pymongo.MongoClient(environment["MONGODB_URI"]).drop_database(database)
    subprocess.run(
        [f"{BUILD}/skipper", "indexes"],
        check=True,
        stdout=subprocess.DEVNULL,
        env=dict(os.environ, SKIPPER_DATABASE__URI=environment["MONGODB_URI"], SKIPPER_DATABASE__DB=database),
    )
