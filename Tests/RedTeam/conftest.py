"""Attacks on a running service, each with what must come of it.

    pytest Tests/RedTeam --url http://127.0.0.1:4000 --admin-password ... --mongodb URI --database NAME \
        [--admin NAME] [--token-key KEY] [--pid PROCESS] [--listener HOST:PORT] [--request-timeout SECONDS]

The attackers are users of some programs, nobody, and users who were removed; what they are after is put into the
database, with words in it that must appear in no answer. Only into a database for tests: collections are filled, users
are locked out, and the service is strained.

--token-key is the key that the service signs tokens with. With --pid, on the same machine, the service's memory and log
are looked at. --request-timeout is the service's setting server.request_timeout.
"""

import sys
import uuid

sys.dont_write_bytecode = True

import pymongo  # noqa: E402
import pytest  # noqa: E402

import seed as seeds  # noqa: E402
from strain import Bystander  # noqa: E402
from target import Process, Target  # noqa: E402


def pytest_addoption(parser):
    group = parser.getgroup("service under attack")
    group.addoption("--url", help="base URL, such as http://127.0.0.1:4000")
    group.addoption("--admin", default="admin", help="name of the admin")
    group.addoption("--admin-password", help="password of the admin")
    group.addoption("--mongodb", help="connection string of the service's database")
    group.addoption("--database", help="name of the service's database")
    group.addoption("--token-key", help="key that the service signs tokens with")
    group.addoption("--pid", type=int, help="number of the service's process on this machine")
    group.addoption("--request-timeout", type=float, default=120, help="seconds that a request may take to arrive")


def pytest_configure(config):
    needed = ("url", "admin_password", "mongodb", "database")
    missing = [name for name in needed if not config.getoption(name)]
    if missing and not (config.getoption("--help") or config.getoption("--collect-only")):
        raise pytest.UsageError("missing: " + ", ".join("--" + name.replace("_", "-") for name in missing))


@pytest.fixture(scope="session")
def options(request):
    """The command line."""
    return request.config.option


@pytest.fixture(scope="session")
def anonymous(options):
    """The service for nobody."""
    return Target(options.url)


@pytest.fixture(scope="session")
def process(options):
    """The service's process."""
    return Process(options.pid)


@pytest.fixture(scope="session")
def database(options):
    """The service's database."""
    with pymongo.MongoClient(options.mongodb, serverSelectionTimeoutMS=10000) as client:
        yield client[options.database]


@pytest.fixture(scope="session")
def seed(database):
    """What the attackers are after."""
    planted = seeds.Seed(database)
    try:
        planted.plant()
        yield planted
    finally:
        planted.remove()


def _token(target, name, password):
    answer = target.log_in(name, password)
    assert answer.status == 200, f"{name} cannot log in: {answer!r}"
    return answer.json["token"]


@pytest.fixture(scope="session")
def admin(options, anonymous):
    """The service for the admin."""
    return anonymous.as_(_token(anonymous, options.admin, options.admin_password), options.admin, trusted=True)


@pytest.fixture(scope="session")
def make_user(seed, anonymous):
    """Makes users of the programs given; returns the service for each."""

    def make(permissions, **more):
        name = f"redteam-{uuid.uuid4().hex[:12]}"
        seed.add_user(name, permissions, **more)
        return anonymous.as_(_token(anonymous, name, seeds.PASSWORD), name)

    return make


@pytest.fixture(scope="session")
def reader(make_user):
    """The service for a user of the public program."""
    return make_user([1])


@pytest.fixture(scope="session")
def outcast(make_user):
    """The service for a user of no program."""
    return make_user([])


@pytest.fixture(scope="session")
def partner(make_user):
    """The service for a user of programs 1 and 2, who may see some of what is hidden from others."""
    target = make_user([1, 2])
    target.trusted = True
    return target


@pytest.fixture(scope="module", autouse=True)
def nothing_changes(seed, process):
    """No attack of a module changes what is stored, or ends the process."""
    before = seed.snapshot()
    yield
    assert process.is_alive, "the process has ended"
    assert seed.snapshot() == before, "an attack has changed what is stored"


@pytest.fixture(scope="module")
def bystander(reader):
    """Another user, who is answered all the while."""
    with Bystander(reader, seeds.STARS) as watch:
        yield watch
