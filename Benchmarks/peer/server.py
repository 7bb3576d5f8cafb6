"""A minimal query server in Python: aiohttp, motor, json_util; it answers the benchmark's queries as Kowalski does.

    server.py PORT URI DATABASE TOKEN PROCESSES

Cone searches are one find for each position and catalogue, one after the other, as there. All processes listen on one
port.
"""

import math
import multiprocessing
import socket
import sys

from aiohttp import web
from bson import json_util
from motor.motor_asyncio import AsyncIOMotorClient

PORT, URI, DATABASE, TOKEN, PROCESSES = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])


async def cone_search(database, query, kwargs):
    target = query["object_coordinates"]
    radius = math.radians(target["cone_search_radius"] / 3600)
    found = {}
    for catalog, wanted in query["catalogs"].items():
        found[catalog] = {}
        for name, (ra, dec) in target["radec"].items():
            where = {"coordinates.radec_geojson": {"$geoWithin": {"$centerSphere": [[ra - 180, dec], radius]}}}
            where.update(wanted["filter"])
            cursor = database[catalog].find(where, wanted["projection"])
            found[catalog][name.replace(".", "_")] = await cursor.to_list(None)
    return found


async def answer(request):
    if request.headers.get("Authorization") != TOKEN:
        return web.json_response({"status": "error", "message": "Unauthorized"}, status=401)
    body = await request.json()
    kind, query, kwargs = body["query_type"], body["query"], body.get("kwargs", {})
    database = request.app["client"][DATABASE]
    if kind == "find":
        cursor = database[query["catalog"]].find(query["filter"], query.get("projection"), limit=kwargs.get("limit", 0))
        data = await cursor.to_list(None)
    elif kind == "count_documents":
        data = await database[query["catalog"]].count_documents(query["filter"])
    elif kind == "aggregate":
        data = await database[query["catalog"]].aggregate(query["pipeline"], allowDiskUse=True).to_list(None)
    else:
        data = await cone_search(database, query, kwargs)
    text = json_util.dumps({"status": "success", "message": "Successfully executed query", "data": data})
    return web.Response(text=text, content_type="application/json")


async def connect(app):
    app["client"] = AsyncIOMotorClient(URI, maxPoolSize=200)
    yield
    app["client"].close()


def serve():
    app = web.Application(client_max_size=1 << 20)
    app.cleanup_ctx.append(connect)
    app.router.add_post("/api/queries", answer)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(("127.0.0.1", PORT))
    web.run_app(app, sock=listening, print=None, access_log=None)


if __name__ == "__main__":
    others = [multiprocessing.Process(target=serve, daemon=True) for _ in range(PROCESSES - 1)]
    for process in others:
        process.start()
    serve()
