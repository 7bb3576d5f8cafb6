"""Connections that are many, slow, silent or never read."""

import contextlib
import json
import resource
import socket
import struct
import time

import pytest

from seed import LARGE, STARS
from strain import Bystander
from target import eventually

QUERY = json.dumps({"query_type": "find", "query": {"catalog": STARS, "filter": {"_id": 1}}})


@pytest.fixture(scope="module", autouse=True)
def files():
    """As many open sockets as this process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(autouse=True)
def others_are_served(bystander, process):
    before, files = process.resident, process.descriptors
    yield
    bystander.check()
    assert process.is_alive
    assert process.resident < before + 200, f"{before:.0f} to {process.resident:.0f} MiB"
    assert eventually(lambda: process.descriptors < files + 50), f"{files} to {process.descriptors} files"


@contextlib.contextmanager
def crowd(target, count):
    """So many connections; as many as the service takes."""
    sockets = []
    try:
        for _ in range(count):
            with contextlib.suppress(OSError):
                sockets.append(target.connect(2))
        yield sockets
    finally:
        for one in sockets:
            one.close()


def send(sockets, data):
    for one in sockets:
        with contextlib.suppress(OSError):
            one.sendall(data)


def head(target, path="/api/queries", method="POST", **fields):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: {target.token}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n"


@pytest.fixture(scope="module")
def attacker(make_user):
    return make_user([1]).from_("127.0.0.41")


@pytest.mark.parametrize("said", [b"", b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\x16\x03\x01\x02\x00\x01"])
def test_silent_connections(attacker, said):
    with crowd(attacker, 300) as sockets:
        send(sockets, said)
        time.sleep(1)


def test_a_byte_a_second(attacker, options):
    """A request that comes byte by byte is cut off when its time is over, however regularly the bytes come."""
    if options.request_timeout > 20:
        pytest.skip("needs a service with a short server.request_timeout, and to be told of it")
    kinds = [
        (b"POST /api/queries HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"x"),
        (head(attacker, Content_Length=len(QUERY)) + b"\r\n", b" "),
        (head(attacker, Transfer_Encoding="chunked") + b"\r\n", b"1\r\n \r\n"),
    ]
    with crowd(attacker, 120) as sockets:
        left = [(one, kinds[number % 3]) for number, one in enumerate(sockets)]
        for one, (start, _) in left:
            one.sendall(start)
        deadline = time.monotonic() + options.request_timeout + 8
        while left and time.monotonic() < deadline:
            time.sleep(0.7)
            still = []
            for one, kind in left:
                with contextlib.suppress(OSError):
                    one.sendall(kind[1])
                    still.append((one, kind))
            left = still
        assert not left, f"{len(left)} connections still drip"


def test_more_connections_than_the_service_takes(attacker):
    """Silent ones of one client do not keep another client out, for as long as they stay."""
    with crowd(attacker, 1500) as sockets:
        assert len(sockets) > 1100, "too few connections to prove anything"
        send(sockets[:400], b"GET / HTTP/1.1\r\nHost:")
        time.sleep(Bystander.LIMIT + 1)


def test_a_crowd_that_comes_again(attacker):
    """Whoever is shown out comes back at once."""
    end = time.monotonic() + 4
    while time.monotonic() < end:
        with crowd(attacker, 400):
            pass


def test_answers_that_are_never_read(attacker):
    """Large ones, more of them than there are connections to the database."""
    body = json.dumps({"query_type": "find", "query": {"catalog": LARGE, "filter": {}}}).encode()
    with crowd(attacker, 120) as sockets:
        for one in sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        send(sockets, head(attacker, Content_Length=len(body)) + b"\r\n" + body)
        time.sleep(3)


def test_clients_that_leave_while_they_are_answered(attacker):
    body = json.dumps({"query_type": "find", "query": {"catalog": LARGE, "filter": {}}}).encode()
    for _ in range(5):
        with crowd(attacker, 20) as sockets:
            send(sockets, head(attacker, Content_Length=len(body)) + b"\r\n" + body)
            for one in sockets:
                # Closed by a reset.
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_many_requests_on_one_connection(attacker):
    """Sent without waiting for answers, which nobody reads."""
    one = head(attacker, Content_Length=len(QUERY)) + b"\r\n" + QUERY.encode()
    with attacker.connect(5) as connection:
        with contextlib.suppress(OSError):
            for _ in range(3000):
                connection.sendall(one)


def test_connections_that_come_and_go(attacker):
    for _ in range(2000):
        with contextlib.suppress(OSError):
            attacker.connect(2).close()


def test_many_large_bodies_at_a_time(attacker):
    """Promised and not sent, and sent without end."""
    with crowd(attacker, 150) as sockets:
        send(sockets, head(attacker, Content_Length=1_048_576) + b"\r\n" + b"[" * 1000)
        for one in sockets[:20]:
            with contextlib.suppress(OSError):
                one.settimeout(1)
                one.sendall(b" " * 1_000_000)
        time.sleep(1)


@pytest.mark.parametrize("request_", [
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n[]    ",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n[]", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n[]",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n[]",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    b"POST /api/queries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;" + b"x" * 100_000 + b"\r\n[]\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /?" + b"a=b&" * 50_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c: d\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET  /  HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"G\x00T / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA\x00B: c\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://127.0.0.1:27017/ HTTP/1.1\r\nHost: x\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: x\r\n"
    b"Authorization: canary\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", b"\x00" * 100_000, b"\xff" * 100_000, b"\r\n" * 50_000, b" " * 100_000,
    b"GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=0-," + b"0-," * 5000 + b"\r\n\r\n"], ids=lambda request: repr(request[:60]))
def test_requests_that_are_none(attacker, anonymous, request_):
    answer = attacker.raw(request_, 10)
    for status in answer.split(b"HTTP/1.1 ")[1:]:
        assert status[:3] in (b"400", b"401", b"404", b"405", b"408", b"411", b"413", b"414", b"417", b"431", b"500", b"501", b"505"), answer[:500]
    # What was smuggled behind the first request is not answered.
    assert answer.count(b"HTTP/1.1 401") + answer.count(b"HTTP/1.1 404") <= 1, answer[:500]
    assert b"canary" not in answer
    assert anonymous.get("/healthz").status == 200
