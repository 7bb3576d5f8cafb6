"""Waits for a mongod, makes it a writable replica set of one member, and creates its users where it has auth.

Called by scripts/services: replica_set.py PORT PID yes|no DATABASE, with the passwords in the environment.
"""

import os
import sys
import time

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

TIME_LIMIT = 60.0  # seconds until the member must be writable; a start after a crash replays the journal
ALREADY_INITIALIZED, USER_EXISTS = 23, 51003  # src/mongo/base/error_codes.yml


def connect(port: int, **options) -> MongoClient:
    return MongoClient("127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=500, **options)


def wait_until_writable(port: int, pid: int) -> None:
    """Initiates the set once and returns when its only member is primary."""
    client = connect(port)
    deadline = time.monotonic() + TIME_LIMIT
    state = "no answer"
    while time.monotonic() < deadline:
        if not os.path.exists(f"/proc/{pid}") or not open(f"/proc/{pid}/cmdline").read():
            sys.exit(f"services: mongod (pid {pid}) has ended")
        try:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return
            state = hello.get("info", "not yet primary")
            if "setName" not in hello:
                member = {"_id": 0, "host": f"127.0.0.1:{port}"}
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        except OperationFailure as failure:
            if failure.code != ALREADY_INITIALIZED:
                state = str(failure)
        except PyMongoError as error:
            state = str(error)
        time.sleep(0.05)
    sys.exit(f"services: mongod is not writable after {TIME_LIMIT:.0f} s: {state}")


def create_users(port: int, database: str) -> None:
    """Creates the administrator (allowed from localhost while there is no user) and the application's user."""
    admin_password, password = os.environ["MONGODB_ADMIN_PASSWORD"], os.environ["MONGODB_PASSWORD"]

    def administrator() -> MongoClient:
        return connect(port, username="admin", password=admin_password, authSource="admin")

    try:
        administrator().admin.command("ping")
    except PyMongoError:
        connect(port).admin.command("createUser", "admin", pwd=admin_password, roles=["root"])
    roles = [{"role": role, "db": database} for role in ("readWrite", "dbAdmin")]
    roles.append({"role": "clusterMonitor", "db": "admin"})
    try:
        administrator().admin.command("createUser", "skipper", pwd=password, roles=roles)
    except OperationFailure as failure:
        if failure.code != USER_EXISTS:
            raise


if __name__ == "__main__":
    wait_until_writable(int(sys.argv[1]), int(sys.argv[2]))
    if sys.argv[3] == "yes":
        create_users(int(sys.argv[1]), sys.argv[4])
