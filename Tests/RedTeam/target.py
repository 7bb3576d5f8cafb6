"""The service under attack: sends what no polite client would send, and looks into every answer for canaries."""

import contextlib
import http.client
import json
import os
import socket
import time
import urllib.parse

import canaries

#: A client that waits longer than this has been starved.
PATIENCE = 30.0
#: Of linux/in.h; the module has a name for it from Python 3.12 on.
IP_BIND_ADDRESS_NO_PORT = 24


class Leak(AssertionError):
    """An answer has something in it that its reader must not see."""


class Answer:
    """One answer, with its head."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        self.text = body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def message(self):
        return self.json.get("message", "")

    @property
    def data(self):
        return self.json.get("data")

    def header(self, name):
        """The value of the only header field of a name; None where there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, (name, values)
        return values[0] if values else None

    def __repr__(self):
        return f"{self.status} {self.text[:600]}"


class Target:
    """The service for one user."""

    def __init__(self, url, token=None, name="nobody", trusted=False, source=None):
        parts = urllib.parse.urlsplit(url)
        self.url, self.host, self.port = url, parts.hostname, parts.port or 80
        self.token, self.name, self.trusted, self.source = token, name, trusted, source

    def as_(self, token, name="?", trusted=False):
        """The same service for the holder of another token; None: for nobody."""
        return Target(self.url, token, name, trusted, self.source)

    def from_(self, source):
        """The same service for a client at another address of this machine."""
        return Target(self.url, self.token, self.name, self.trusted, source)

    def send(self, method, path, body=None, headers=(), timeout=PATIENCE, token=...):
        """Sends a request exactly as it is given: no path is put in order, no header added but the token.

        A body that is neither bytes nor text is sent as JSON. Header fields are pairs, so that they may come twice.
        """
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        connection = http.client.HTTPConnection(
            self.host, self.port, timeout=timeout, source_address=(self.source, 0) if self.source else None)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            token = self.token if token is ... else token
            if token is not None:
                connection.putheader("Authorization", token)
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None and not any(name.lower() == "content-length" for name, _ in headers):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()
        self.examine(answer, f"{path} {body.decode('utf-8', 'replace') if body else ''}")
        return answer

    def examine(self, answer, sent=""):
        """Looks for what this user must not see, and has not sent as a guess."""
        whole = f"{answer.headers!r}\n{answer.text}"
        found = [telltale for telltale in canaries.found_in(whole) if telltale not in sent]
        if found and not self.trusted:
            raise Leak(f"{self.name} sees {found}: {answer!r}")
        # Programs are text, too: the documentation may say what it likes.
        if answer.status >= 400 and (found := canaries.internals_in(whole)):
            raise Leak(f"an error tells {self.name} of {found}: {answer!r}")

    def get(self, path, **more):
        return self.send("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.send("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.send("PUT", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.send("PATCH", path, body, **more)

    def delete(self, path, body=None, **more):
        return self.send("DELETE", path, body, **more)

    def ask(self, kind, query, **kwargs):
        """The answer to a query."""
        return self.post("/api/queries", {"query_type": kind, "query": query, "kwargs": kwargs})

    def find(self, catalog, filter, projection=None, **kwargs):
        query = {"catalog": catalog, "filter": filter}
        if projection is not None:
            query["projection"] = projection
        return self.ask("find", query, **kwargs)

    def aggregate(self, catalog, *stages, **kwargs):
        return self.ask("aggregate", {"catalog": catalog, "pipeline": list(stages)}, **kwargs)

    def log_in(self, username, password, **more):
        return self.send("POST", "/api/auth", {"username": username, "password": password}, token=None, **more)

    def connect(self, timeout=PATIENCE):
        """A bare connection."""
        if not self.source:
            return socket.create_connection((self.host, self.port), timeout=timeout)
        connection = socket.socket()
        try:
            # The port is chosen when the other end is known: else Linux searches long for one after many connections.
            connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            connection.settimeout(timeout)
            connection.bind((self.source, 0))
            connection.connect((self.host, self.port))
        except OSError:
            connection.close()
            raise
        return connection

    def raw(self, request, timeout=PATIENCE):
        """Sends bytes that need be no HTTP and returns all bytes that come back, b"" where the connection is cut."""
        with self.connect(timeout) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
            chunks = []
            with contextlib.suppress(OSError):
                while chunk := connection.recv(65536):
                    chunks.append(chunk)
        answer = b"".join(chunks)
        self.examine(Answer(400, [], answer))
        return answer


def refused(answer, *statuses, containing=None):
    """Asserts that an attack was refused in the envelope, with one of these statuses (400 where none is given)."""
    assert answer.status in (statuses or (400,)), answer
    body = answer.json
    assert body["status"] == "error" and "data" not in body, answer
    if containing is not None:
        assert containing in body["message"], answer
    return body["message"]


def empty(answer):
    """Asserts that a query was run and found nothing."""
    assert answer.status == 200 and answer.json["status"] == "success", answer
    data = answer.json.get("data")
    assert not data or (isinstance(data, dict) and not any(any(found.values()) for found in data.values())), answer


def harmless(answer):
    """Asserts that an attack was refused or found nothing."""
    if answer.status == 200:
        empty(answer)
    else:
        refused(answer, 400, 403, 404)


class Process:
    """The process of the service, where it runs on this machine; nothing is known of it where `pid` is None."""

    def __init__(self, pid):
        self.pid = pid

    def _status(self, field):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024
        raise AssertionError(f"no {field}")

    @property
    def resident(self):
        """MiB of memory that it has now."""
        return self._status("VmRSS") if self.pid else 0.0

    @property
    def peak(self):
        """MiB of memory that it has had at most."""
        return self._status("VmHWM") if self.pid else 0.0

    @property
    def work(self):
        """Seconds of processor time that it has taken."""
        if not self.pid:
            return 0.0
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def is_alive(self):
        return self.pid is None or os.path.exists(f"/proc/{self.pid}/status")

    @property
    def descriptors(self):
        """How many files and sockets it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd")) if self.pid else 0

    @property
    def log(self):
        """What it has written to standard error; None where that is no file."""
        if not self.pid:
            return None
        path = f"/proc/{self.pid}/fd/2"
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")


def eventually(condition, seconds=PATIENCE):
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return condition()
