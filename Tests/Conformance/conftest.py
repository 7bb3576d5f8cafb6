"""Conformance of a running service with Kowalski's HTTP API.

    pytest Tests/Conformance --url http://127.0.0.1:4000 --username admin --password ... \
        [--mongodb URI --database NAME] [--jwt-secret KEY]

Only HTTP is used, so any service may be judged. Most tests need known documents: --mongodb and --database name where
they are put, and from where they are removed afterwards. --jwt-secret is the key that the service signs tokens with,
for the tests of forged and expired ones. Nothing here starts a server. Some fifty log-ins fail on purpose: a service
that counts them may need some minutes between two runs.
"""

import os
import sys
import uuid

sys.dont_write_bytecode = True
os.environ.setdefault("MPLBACKEND", "Agg")

import pymongo  # noqa: E402
import pytest  # noqa: E402

import seed as seeds  # noqa: E402
from client import Service  # noqa: E402
from filters import numbers  # noqa: E402


def pytest_addoption(parser):
    group = parser.getgroup("service under test")
    group.addoption("--url", help="base URL, such as http://127.0.0.1:4000")
    group.addoption("--username", default="admin", help="name of an admin")
    group.addoption("--password", default="admin", help="password of the admin")
    group.addoption("--mongodb", help="connection string of the service's database")
    group.addoption("--database", default="kowalski", help="name of the service's database")
    group.addoption("--jwt-secret", help="key that the service signs its tokens with")


def pytest_configure(config):
    if not config.getoption("--url") and not (
        config.getoption("--help") or config.getoption("--collect-only")
    ):
        raise pytest.UsageError("--url must be the base URL of the service under test")


@pytest.fixture(scope="session")
def options(request):
    """The command line."""
    return request.config.option


@pytest.fixture(scope="session")
def nobody(options):
    """The service for a client without a token."""
    return Service(options.url)


def token(service, username, password):
    """A token from the service."""
    response = service.log_in(username, password)
    assert response.status_code == 200, f"{username} cannot log in: {response.status_code} {response.text}"
    return response.json()["token"]


@pytest.fixture(scope="session")
def admin(options, nobody):
    """The service for the admin."""
    return nobody.as_(token(nobody, options.username, options.password))


@pytest.fixture(scope="session")
def maybe_database(options):
    """The service's database, None where it is not known."""
    if not options.mongodb:
        yield None
        return
    with pymongo.MongoClient(options.mongodb, serverSelectionTimeoutMS=10000) as client:
        yield client[options.database]


@pytest.fixture(scope="session")
def database(maybe_database):
    """The service's database."""
    if maybe_database is None:
        pytest.skip("needs known documents: --mongodb")
    return maybe_database


@pytest.fixture(scope="session")
def seed(database):
    """What is put into the database for the length of a run."""
    put = seeds.Seed(database)
    try:
        yield put
    finally:
        put.remove()


@pytest.fixture(scope="session")
def world(seed):
    """The database with all documents of world.py."""
    seeds.catalogues(seed)
    seeds.survey_alerts(seed)
    return seed.database


@pytest.fixture(scope="session")
def make_user(options, nobody, admin, maybe_database):
    """Makes users of the programs given, in the database where it is known; returns the service for each."""
    made = []

    def make(permissions):
        name = f"conformance-{uuid.uuid4().hex[:12]}"
        if maybe_database is not None:
            maybe_database["users"].insert_one(seeds.user(name, permissions))
        else:
            body = {"username": name, "password": seeds.PASSWORD, "permissions": permissions}
            assert admin.post("/api/users", body).status_code == 200
        made.append(name)
        return nobody.as_(token(nobody, name, seeds.PASSWORD))

    yield make
    for name in made:
        if maybe_database is not None:
            maybe_database["users"].delete_one({"_id": name})
        else:
            admin.delete(f"/api/users/{name}")


@pytest.fixture(scope="session")
def astronomer(make_user):
    """The service for a user without special rights who may see all programs."""
    return make_user([1, 2, 3])


@pytest.fixture(scope="session")
def visitor(make_user):
    """The service for a user who may see the public program."""
    return make_user([1])


@pytest.fixture
def fritz(astronomer, world):
    """The service as Fritz speaks with it."""
    return astronomer


@pytest.fixture
def number(admin, world):
    """The id of one test's filter, which is removed afterwards."""
    unique = next(numbers)
    yield unique
    admin.delete(f"/api/filters/{unique}")


@pytest.fixture
def allocation():
    """The id of an allocation of one test."""
    return next(numbers)


@pytest.fixture
def alias(maybe_database):
    """The event of one test's sky maps, which are removed afterwards."""
    unique = f"conformance{uuid.uuid4().hex[:10]}"
    yield unique
    if maybe_database is not None:
        maybe_database["skymaps"].delete_many({"aliases": {"$regex": f"^{unique}"}})
