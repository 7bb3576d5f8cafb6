"""Measures skipper-api beside a minimal Python server on the same alerts, with wrk; adds to .bench/results.json.

    queries.py ROOT ENVIRONMENT

Each query is posted by as many connections to one server and then to the other, SECONDS (8) each; the Python server has
PEER_PROCESSES (1) processes, as a minimal one has. Called by
scripts/bench; `.bench/venv` must have what Benchmarks/peer/requirements.txt names.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import pymongo

from services import Results, free_port, peak, processor, services

ROOT, ENVIRONMENT = sys.argv[1:3]
ALERTS = int(os.environ.get("ALERTS", "20000"))
SECONDS = os.environ.get("SECONDS", "8")
PEER_PROCESSES = os.environ.get("PEER_PROCESSES", "1")
BUILD = os.path.join(ROOT, ".build/release")
DATABASE = "bench_queries"
STAMPS = {"cutoutScience": 0, "cutoutTemplate": 0, "cutoutDifference": 0}
PASSWORD = "the password of a benchmark"


def fill(environment):
    """Simulated alerts, by the ingester."""
    topic = f"bench_queries_{int(time.time())}"
    own = dict(
        os.environ,
        SKIPPER_DATABASE__URI=environment["MONGODB_URI"],
        SKIPPER_DATABASE__DB=DATABASE,
        SKIPPER_KAFKA__BOOTSTRAP_SERVERS=environment["KAFKA_BOOTSTRAP"],
        SKIPPER_KAFKA__TOPICS=topic,
        SKIPPER_KAFKA__GROUP=topic,
        SKIPPER_LOG__LEVEL="error",
    )
    pymongo.MongoClient(environment["MONGODB_URI"]).drop_database(DATABASE)
    simulate = ["simulate", "--alerts", str(ALERTS), "--objects", str(int(ALERTS / 3.25)), "--seed", "1"]
    subprocess.run([f"{BUILD}/skipper", *simulate, "--topic", topic], check=True, env=own, stdout=subprocess.DEVNULL)
    subprocess.run([f"{BUILD}/skipper-ingester", "--until-caught-up"], check=True, env=own)


def wait_for(url):
    for _ in range(600):
        try:
            return urllib.request.urlopen(url, timeout=1).read()
        except urllib.error.HTTPError:
            return b""
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nobody answers at {url}")


def post(url, body, token=None):
    headers = {"Authorization": token} if token else {}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    return json.loads(urllib.request.urlopen(request, timeout=60).read())


def queries(database):
    """Name, connections and body of each query."""
    alerts = list(database.ZTF_alerts.find({}, {"objectId": 1, "candidate.ra": 1, "candidate.dec": 1}).limit(1000))
    first = alerts[0]["objectId"]
    positions = {a["objectId"]: [a["candidate"]["ra"], a["candidate"]["dec"]] for a in alerts}
    for number in range(1000 - len(positions)):
        positions[f"empty sky {number}"] = [0.3 * number, -80.5]

    def find(filter, limit, projection):
        query = {"catalog": "ZTF_alerts", "filter": filter, "projection": projection}
        return {"query_type": "find", "query": query, "kwargs": {"limit": limit}}

    def cones(radec):
        where = {"cone_search_radius": 2, "cone_search_unit": "arcsec", "radec": radec}
        projection = {"_id": 0, "candid": 1, "objectId": 1, "candidate.jd": 1, "candidate.magpsf": 1}
        catalogs = {"ZTF_alerts": {"filter": {}, "projection": projection}}
        return {"query_type": "cone_search", "query": {"object_coordinates": where, "catalogs": catalogs}}

    lightcurve = [
        {"$match": {"objectId": first}},
        {"$project": {"_id": 0, "candid": {"$toString": "$candid"}, "candidate.jd": 1, "candidate.magpsf": 1}},
        {"$sort": {"candidate.jd": -1}},
    ]
    yield "count", 16, {"query_type": "count_documents", "query": {"catalog": "ZTF_alerts", "filter": {"objectId": first}}}
    yield "find_1", 16, find({"objectId": first}, 1, STAMPS)
    yield "find_1_stamps", 16, find({"objectId": first}, 1, None)
    yield "find_100", 16, find({}, 100, STAMPS)
    yield "find_100_stamps", 8, find({}, 100, None)
    yield "cone_1", 16, cones(dict([next(iter(positions.items()))]))
    yield "cone_1000", 8, cones(positions)
    yield "aggregate", 16, {"query_type": "aggregate", "query": {"catalog": "ZTF_alerts", "pipeline": lightcurve}}


def load(url, token, body, connections):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(body, file)
        file.flush()
        command = ["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}", "--timeout", "60", "--latency"]
        lua = os.path.join(ROOT, "Benchmarks/load/post.lua")
        text = subprocess.run(
            [*command, "-s", lua, f"{url}/api/queries"], check=True, capture_output=True, text=True,
            env=dict(os.environ, BODY=file.name, TOKEN=token),
        ).stdout
    result = json.loads(text.strip().splitlines()[-1])
    if result["errors"]:
        raise SystemExit(f"{result['errors']} answers of {url} were no success: {body}")
    return result


def stream(url, token, body):
    """Reads an answer to its end; its bytes."""
    request = urllib.request.Request(f"{url}/api/queries", json.dumps(body).encode(), {"Authorization": token})
    size = 0
    with urllib.request.urlopen(request, timeout=600) as answer:
        while piece := answer.read(1 << 16):
            size += len(piece)
    return size


def main():
    environment = services(ENVIRONMENT)
    uri = environment["MONGODB_URI"]
    note = Results(os.path.join(ROOT, ".bench/results.json")).note
    fill(environment)
    database = pymongo.MongoClient(uri)[DATABASE]
    ports = free_port(), free_port()
    own = dict(
        os.environ,
        SKIPPER_DATABASE__URI=uri,
        SKIPPER_DATABASE__DB=DATABASE,
        SKIPPER_SERVER__HOST="127.0.0.1",
        SKIPPER_SERVER__PORT=str(ports[0]),
        SKIPPER_SERVER__ADMIN_PASSWORD=PASSWORD,
        SKIPPER_SERVER__JWT_SECRET_KEY="a key for the tokens of a benchmark, long enough",
        SKIPPER_SERVER__QUERIES_PER_USER="64",
        SKIPPER_DATABASE__MAX_POOL_SIZE="64",
        SKIPPER_LOG__LEVEL="warning",
    )
    api = subprocess.Popen([f"{BUILD}/skipper-api"], env=own)
    python = os.path.join(ROOT, ".bench/venv/bin/python")
    server = os.path.join(ROOT, "Benchmarks/peer/server.py")
    peer = subprocess.Popen([python, server, str(ports[1]), uri, DATABASE, "benchmark", PEER_PROCESSES])
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        for url in urls:
            wait_for(url)
        for _ in range(200):
            if wait_for(f"{urls[0]}/readyz"):
                break
            time.sleep(0.05)
        token = post(f"{urls[0]}/api/auth", {"username": "admin", "password": PASSWORD})["token"]
        print(f"\nqueries over {ALERTS} alerts, by wrk, on two cores with mongod and wrk; "
              f"beside aiohttp + motor, processes: {PEER_PROCESSES}")
        for name, connections, body in queries(database):
            ours, theirs = load(urls[0], token, body, connections), load(urls[1], "benchmark", body, connections)
            note(f"query_{name}", ours["rate"], "requests/s", ("aiohttp + motor", theirs["rate"]))
            note(f"query_{name}_p50", ours["p50"], "ms", ("aiohttp + motor", theirs["p50"]), True)
            note(f"query_{name}_p99", ours["p99"], "ms", ("aiohttp + motor", theirs["p99"]), True)
            if name.endswith("stamps"):
                note(f"query_{name}_bytes", ours["bytes"] / 1e6, "MB/s", ("aiohttp + motor", theirs["bytes"] / 1e6))
        note("api_peak_memory_queries", peak(api.pid), "MB")
        # 50 clients that read 100 MB each at the same time.
        size = len(json.dumps(post(f"{urls[0]}/api/queries", {
            "query_type": "find", "query": {"catalog": "ZTF_alerts", "filter": {}}, "kwargs": {"limit": 10}}, token))) / 10
        body = {"query_type": "find", "query": {"catalog": "ZTF_alerts", "filter": {}},
                "kwargs": {"limit": int(100e6 / size)}}
        open(f"/proc/{api.pid}/clear_refs", "w").write("5")
        start, busy = time.perf_counter(), processor(api.pid)
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            total = sum(pool.map(lambda _: stream(urls[0], token, body), range(50)))
        seconds = time.perf_counter() - start
        note("stream_50_clients", total / 1e6 / seconds, "MB/s")
        note("stream_50_clients_cpu", total / 1e6 / (processor(api.pid) - busy), "MB/s of API CPU")
        note("stream_50_clients_memory", peak(api.pid), "MB")
    finally:
        for process in (api, peer):
            process.terminate()
            process.wait(30)
        database.client.drop_database(DATABASE)


main()
