"""Measures ingestion with 12 catalogues beside ingestion without, and adds to .bench/results.json.

    crossmatch.py ROOT ENVIRONMENT

ROOT is the project's folder; ENVIRONMENT the services' environment file. ALERTS, ROWS (of each catalogue) and ROUNDS in
the environment. Called by scripts/bench.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

import pymongo

from ingestion import BUILD, ingest, prepare
from services import Results, said, services

ROOT, ENVIRONMENT = sys.argv[1:]
ALERTS = int(os.environ.get("ALERTS", "20000"))
OBJECTS = int(ALERTS / 3.25)
ROWS = int(os.environ.get("ROWS", "200000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))


def main():
    environment, folder = services(ENVIRONMENT), os.path.dirname(ENVIRONMENT)
    note = Results(os.path.join(ROOT, ".bench/results.json")).note
    catalogs = os.path.join(ROOT, ".bench/crossmatch")
    shutil.rmtree(catalogs, ignore_errors=True)
    os.makedirs(catalogs)
    made = said([f"{BUILD}/skipper-bench", "--cross-match", catalogs, str(ROWS), str(ALERTS), str(OBJECTS)])
    print(f"\nKafka to MongoDB with {made['catalogs']:.0f} catalogues of {ROWS} rows "
          f"({made['bytes'] / 1e6:.0f} MB) and without, {ALERTS} alerts of {OBJECTS} objects", flush=True)
    topic = f"bench_crossmatch_{int(time.time())}"
    subprocess.run(
        [f"{BUILD}/skipper", "simulate", "--alerts", str(ALERTS), "--objects", str(OBJECTS), "--seed", "1",
         "--date", "20260101", "--topic", topic],
        check=True,
        env=dict(os.environ, SKIPPER_KAFKA__BOOTSTRAP_SERVERS=environment["KAFKA_BOOTSTRAP"]),
    )
    rates, steps, costs = ({"with": [], "without": []} for _ in range(3))
    client = pymongo.MongoClient(environment["MONGODB_URI"])
    for number in range(ROUNDS):
        for kind in ("without", "with"):
            # Each with a name, hence a consumer group, of its own: it reads the topic from its start.
            database = f"{topic}_{kind}_{number}"
            prepare(environment, database)
            rate, spent, _, step = ingest(
                environment, topic, database, folder,
                SKIPPER_CATALOGS__FOLDER=catalogs if kind == "with" else catalogs + "/none")
            client.drop_database(database)
            rates[kind].append(rate)
            steps[kind].append(step["enrich"])
            costs[kind].append(spent["ingester"])
            print(f"  {kind} catalogues: {rate:.0f} alerts/s, enrich {step['enrich']:.1f} us/alert, "
                  f"the ingester's processor time {spent['ingester']:.0f} us/alert", flush=True)
    best = {kind: statistics.median(values) for kind, values in rates.items()}
    note("end_to_end_catalogs", best["with"], "alerts/s", ("without catalogues", best["without"]))
    note("cpu_ingester_catalogs", statistics.median(costs["with"]), "us/alert",
         ("without catalogues", statistics.median(costs["without"])), True)
    note("step_enrich_catalogs", statistics.median(steps["with"]), "us/alert")
    shutil.rmtree(catalogs)


main()
