"""Measures filters in memory and in MongoDB, and ingestion with and without them; adds to .bench/results.json.

    filters.py ROOT ENVIRONMENT

Called by scripts/bench.
"""

import datetime
import json
import os
import subprocess
import sys
import time

import pymongo

from ingestion import BUILD, ingest, prepare
from services import Results, said, services

ROOT, ENVIRONMENT = sys.argv[1], sys.argv[2]
ALERTS = int(os.environ.get("ALERTS", "20000"))
FILTERS = 100
EXAMPLES = os.path.join(ROOT, "docs/filters")


# What the filters ask before their own conditions. People look at some hundreds of hits a night, of some hundred
# thousand alerts: a few in ten thousand for each filter.
FIRST = {
    "filters": {"candidate.drb": {"$gt": 0.9}, "candidate.magpsf": {"$lt": 15}},
    "broad_filters": {"candidate.drb": {"$gt": 0.9}, "candidate.magpsf": {"$lt": 17}},
    "open_filters": {},
}


def store_filters(uri, database, first):
    """The filters as the API would have stored them."""
    lines = subprocess.run([f"{BUILD}/skipper-bench", "--print-filters", EXAMPLES, str(FILTERS), json.dumps(first)],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    now = datetime.datetime.now(datetime.timezone.utc)
    pymongo.MongoClient(uri)[database].filters.insert_many(
        {
            "filter_id": number, "group_id": 1, "catalog": "ZTF_alerts", "permissions": [1, 2, 3], "active": True,
            "autosave": False, "auto_followup": {}, "update_annotations": False, "active_fid": "abc123",
            "fv": [{"fid": "abc123", "pipeline": json.dumps(json.loads(line)["pipeline"]), "created_at": now}],
            "created_at": now, "last_modified": now,
        }
        for number, line in enumerate(lines, 1)
    )


def main():
    environment, folder = services(ENVIRONMENT), os.path.dirname(ENVIRONMENT)
    uri = environment["MONGODB_URI"]
    note = Results(os.path.join(ROOT, ".bench/results.json")).note
    alerts = min(5000, ALERTS)
    print(f"\n{FILTERS} filters on {alerts} alerts, in memory on one core", flush=True)
    rates = said([f"{BUILD}/skipper-bench", "--filters", uri, EXAMPLES, str(FILTERS), str(alerts)])
    per_batch, per_alert = rates["database_batch"], rates["database_alert"]
    for name, kind in (("candidate", "candidate"), ("light_curve", "light_curve"), ("all", None)):
        count = FILTERS if kind is None else int(rates[f"filters_{kind}"])
        note(f"filters_{name}", rates[f"memory_{name}"], "evaluations/s",
             (f"{count} filters; all in MongoDB per batch", per_batch))
    note("filters_per_alert", rates["memory_all"], "evaluations/s", ("all in MongoDB per alert", per_alert))
    note("filters_left_to_mongodb", rates["filters_in_database"], f"of {FILTERS}")

    topic = f"bench_filters_{int(time.time())}"
    subprocess.run(
        [f"{BUILD}/skipper", "simulate", "--alerts", str(ALERTS), "--objects", str(int(ALERTS / 3.25)),
         "--seed", "3", "--topic", topic],
        check=True, env=dict(os.environ, SKIPPER_KAFKA__BOOTSTRAP_SERVERS=environment["KAFKA_BOOTSTRAP"]))
    client = pymongo.MongoClient(uri)
    rates, hits, steps, share = {kind: [] for kind in ["without", *FIRST]}, {}, {}, {}
    # Twice and in turn, because the machine is not always equally fast.
    for repeat in range(2):
        for kind in rates:
            database = f"bench_{kind}_{repeat}"
            prepare(environment, database)
            if kind in FIRST:
                store_filters(uri, database, FIRST[kind])
            rate, _, _, steps[kind] = ingest(environment, topic, database, folder)
            rates[kind].append(rate)
            hits[kind] = client[database].filter_hits.estimated_document_count() / ALERTS
            share[kind] = client[database].ZTF_alerts.count_documents(FIRST.get(kind, {})) / ALERTS
            client.drop_database(database)
    for kind in FIRST:
        print(f"{FILTERS} filters; {share[kind]:.1%} of the alerts pass what all ask first, {hits[kind]:.2f} hits an "
              "alert", flush=True)
        note(f"end_to_end_{kind}", max(rates[kind]), "alerts/s", ("without filters", max(rates["without"])))
        note(f"step_{kind}", steps[kind]["filter"], "us/alert")


main()
