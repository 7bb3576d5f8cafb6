"""Measures Skipper beside a straightforward Python program, and writes .bench/results.json.

    run.py ROOT ENVIRONMENT PACKETS...

ROOT is the project's folder; ENVIRONMENT the services' environment file; PACKETS real packets, simulated ones where
none are given. Called by scripts/bench.
"""

import os
import subprocess
import sys
import time

import pymongo

from ingestion import BUILD, Servers, ingest, prepare
from services import Results, processor, said, services

ROOT, ENVIRONMENT, PACKETS = sys.argv[1], sys.argv[2], sys.argv[3:]
ALERTS = int(os.environ.get("ALERTS", "20000"))
OBJECTS = int(ALERTS / 3.25)
PEER = [sys.executable, os.path.join(ROOT, "Benchmarks/peer/peer.py")]

def peer(environment, topic, database, folder):
    servers = Servers(folder)
    result = said(
        PEER + ["ingest", environment["KAFKA_BOOTSTRAP"], topic, environment["MONGODB_URI"], database, str(ALERTS)]
    )
    return result["rate"], dict({k: v / ALERTS * 1e6 for k, v in servers.spent().items()}, consumer=result["cpu"])


def main():
    environment, folder = services(ENVIRONMENT), os.path.dirname(ENVIRONMENT)
    uri = environment["MONGODB_URI"]
    note = Results(os.path.join(ROOT, ".bench/results.json")).note

    if not PACKETS:
        raise SystemExit("no packets")
    parts = said([f"{BUILD}/skipper-bench", *PACKETS, "--insert", uri])
    python = said(PEER + ["decode", *PACKETS]) | said(PEER + ["documents", *PACKETS])
    python |= said(PEER + ["insert", uri, *PACKETS]) | said(PEER + ["merge", uri])
    print(f"{len(PACKETS)} packets of {parts['packet_bytes']:.0f} bytes, one core", flush=True)
    note("decode", parts["decode"], "us/alert", ("fastavro + bson", python["decode"]), True)
    note("bson_write", parts["write"], "us/alert", ("bson.encode", python["write"]), True)
    note("bson_read", parts["read"], "us/alert", ("bson.decode", python["read"]), True)
    note("json_write", parts["json_out"], "MB/s", ("json_util.dumps", python["json_out"]))
    note("json_read", parts["json_in"], "MB/s", ("json_util.loads", python["json_in"]))
    note("bulk_insert", parts["insert"], "alerts/s", ("insert_many", python["insert"]))
    for points in (35, 300, 3000):
        note(f"light_curve_{points}", parts[f"merge_{points}"], "us/alert",
             ("$addToSet alone, without the alert", python[f"merge_{points}"]), True)

    topic = f"bench_{int(time.time())}"
    print(f"\nKafka to MongoDB, {ALERTS} simulated alerts of {OBJECTS} objects, two cores with mongod and Kafka", flush=True)
    subprocess.run(
        [f"{BUILD}/skipper", "simulate", "--alerts", str(ALERTS), "--objects", str(OBJECTS), "--seed", "1",
         "--topic", topic],
        check=True,
        env=dict(os.environ, SKIPPER_KAFKA__BOOTSTRAP_SERVERS=environment["KAFKA_BOOTSTRAP"]),
    )
    prepare(environment, "bench_ours")
    rate, spent, memory, steps = ingest(environment, topic, "bench_ours", folder)
    prepare(environment, "bench_peer")
    # A collection of its own in place of the view, which cannot be written.
    pymongo.MongoClient(uri).bench_peer.drop_collection("ZTF_alerts_aux")
    peer_rate, peer_spent = peer(environment, topic, "bench_peer", folder)
    note("end_to_end", rate, "alerts/s", ("Python consumer", peer_rate))
    for name in ("ingester", "mongod", "kafka"):
        other = peer_spent["consumer" if name == "ingester" else name]
        note(f"cpu_{name}", spent[name], "us/alert", ("with the Python consumer", other), True)
    for step, value in steps.items():
        note(f"step_{step}", value, "us/alert")
    note("ingester_peak_memory", memory, "MB")
    client = pymongo.MongoClient(uri)
    for database in ("bench_ours", "bench_peer"):
        client.drop_database(database)


main()
