"""Replays the Dockerfile's runtime stages and runs what comes out; see scripts/image, which calls it.

replay.py REPOSITORY FOLDER, in mount and process namespaces of its own: what is mounted and started here ends with it.
"""

from __future__ import annotations

import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from dockerfile import Image, image, stages

LIMIT = 200_000_000  # bytes of an image
PATIENCE = 300.0  # seconds that anything is waited for
ALERTS, OBJECTS = 300, 100
HOSTS_OWN = ["etc/apt/apt.conf.d", "etc/pip.conf", "etc/resolv.conf", "etc/certificates-of-host.crt", ".complete"]


def say(text: str) -> None:
    print(f"image: {text}", flush=True)


def run(*words: str | pathlib.Path, **more) -> subprocess.CompletedProcess:
    return subprocess.run(words, check=True, **more)


class Replay:
    """Folders that hold what the images would."""

    def __init__(self, repository: pathlib.Path, work: pathlib.Path) -> None:
        self.repository, self.work = repository, work
        text = (repository / "Dockerfile").read_text(encoding="utf-8")
        self.images = {name: image(text, name) for name in stages(text) if name != "build"}
        self.common = self.images.pop("runtime")

    def make(self) -> dict[str, int]:
        """Builds every image; the bytes of each."""
        runtime = self.work / "image-runtime"
        self.copy(self.work / "base", runtime)
        self.steps(runtime, self.common.steps)
        for each in HOSTS_OWN:
            path = runtime / each
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (runtime / "etc/apt/apt.conf.d").mkdir(exist_ok=True)
        sizes = {}
        for name, built in self.images.items():
            own = built.steps[len(self.common.steps):]
            assert built.steps[: len(self.common.steps)] == self.common.steps
            folder = self.folder(name)
            # Links are enough: no step of these stages changes a file of its parent.
            self.copy(runtime, folder, "--link")
            assert all(kind == "copy" for kind, _ in own), f"stage {name} runs a command"
            self.steps(folder, own)
            out = run("du", "-s", "--apparent-size", "--block-size=1", folder, capture_output=True, text=True).stdout
            sizes[name] = int(out.split()[0])
        return sizes

    def folder(self, name: str) -> pathlib.Path:
        return self.work / f"image-{name}"

    def copy(self, source: pathlib.Path, target: pathlib.Path, *how: str) -> None:
        shutil.rmtree(target, ignore_errors=True)
        run("cp", "-a", *how, source, target)

    def steps(self, folder: pathlib.Path, steps: list) -> None:
        for kind, step in steps:
            if kind == "run":
                network = [line for line in os.environ["NETWORK"].splitlines() if line]
                done = subprocess.run(
                    ["chroot", folder, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                     "DEBIAN_FRONTEND=noninteractive", *network, "sh", "-c", step],
                    capture_output=True, text=True, check=False)
                if done.returncode:
                    sys.exit(f"image: '{step}' failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
                continue
            target = folder / step["to"].lstrip("/")
            target.mkdir(parents=True, exist_ok=True)
            for file in step["files"]:
                place = self.work / "programs" / pathlib.PurePath(file).name if step["from"] == "build" else (
                    self.repository / file)
                shutil.copy(place, target)


class Container:
    """Runs an image: its user, its environment, its folder, nothing writable but /tmp."""

    def __init__(self, replay: Replay, name: str, settings: dict[str, str], mounted: dict[str, pathlib.Path]) -> None:
        self.image: Image = replay.images[name]
        self.root = replay.work / f"image-root-{name}"
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                            **self.image.environment, **settings}
        for path in mounted:
            place = replay.folder(name) / path.lstrip("/")
            place.touch()
        self.root.mkdir(exist_ok=True)
        run("mount", "--bind", replay.folder(name), self.root)
        run("mount", "-o", "remount,bind,ro,nosuid,nodev", self.root)
        run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.root / "tmp")
        run("mount", "--rbind", "/dev", self.root / "dev")
        run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.root / "dev/shm")
        for path, source in mounted.items():
            run("mount", "--bind", "-o", "ro", source, self.root / path.lstrip("/"))
        self.log = open(replay.work / f"image-{name}.log", "w+", encoding="utf-8")

    def start(self, words: list[str], **more) -> subprocess.Popen:
        """Starts a command line in it, as the first process of a namespace, like Docker."""
        uid, gid = self.image.user.split(":")
        inner = ["chroot", str(self.root), "setpriv", "--reuid", uid, "--regid", gid, "--clear-groups",
                 "--no-new-privs", "--bounding-set=-all", "env", "-i", "-C", self.image.folder,
                 *(f"{key}={value}" for key, value in self.environment.items()), *words]
        script = 'mount -t proc proc "$0/proc" && exec "$@"'
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", script, str(self.root), *inner],
            stdin=subprocess.DEVNULL, **more)

    def main(self, *arguments: str) -> subprocess.Popen:
        return self.start(
            self.image.entrypoint + (list(arguments) or self.image.command), stdout=self.log, stderr=self.log)

    def ask(self, *words: str) -> tuple[int, str]:
        """Runs another command in it: its code, and what it says."""
        process = self.start(list(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        text, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, text

    def once(self, *arguments: str) -> str:
        """Runs it to its end, which must be a good one."""
        code, text = self.ask(*self.image.entrypoint, *arguments)
        if code:
            sys.exit(f"image: {' '.join(self.image.entrypoint + list(arguments))}: code {code}\n{text[-3000:]}")
        return text

    def fail(self, why: str) -> None:
        self.log.seek(0)
        sys.exit(f"image: {self.image.entrypoint[0]}: {why}\n{self.log.read()[-3000:]}")


def stop(container: Container, process: subprocess.Popen) -> None:
    """SIGTERM to the first process, which must end well by itself."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
    os.kill(int(children[0]), signal.SIGTERM)
    if process.wait(timeout=PATIENCE):
        container.fail(f"ended with code {process.returncode} on SIGTERM")


def until(what: str, condition, container: Container, process: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if process.poll() is not None:
            container.fail(f"has ended while waiting until {what}")
        if time.monotonic() > end:
            container.fail(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(0.5)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def main(repository: pathlib.Path, work: pathlib.Path) -> None:
    replay = Replay(repository, work)
    say("replaying the stages " + ", ".join(["runtime", *replay.images]))
    sizes = replay.make()

    password, topic = secrets.token_urlsafe(16), f"image_{secrets.token_hex(4)}"
    confidential = work / "image-secrets.json"
    confidential.write_text(json.dumps({
        "database": {"uri": os.environ["MONGODB_URI"]},
        "server": {"admin_password": password, "jwt_secret_key": secrets.token_urlsafe(48)}}))
    confidential.chmod(0o400)
    os.chown(confidential, *map(int, replay.common.user.split(":") if replay.common.user else (10001, 10001)))
    port, metrics_port = free_port(), free_port()
    settings = {
        "SKIPPER_DATABASE__DB": os.environ["MONGODB_DATABASE"], "SKIPPER_LOG__FORM": "json",
        "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": os.environ["KAFKA_BOOTSTRAP"], "SKIPPER_KAFKA__TOPICS": topic,
        "SKIPPER_SERVER__HOST": "127.0.0.1", "SKIPPER_SERVER__PORT": port,
        "SKIPPER_SERVER__METRICS_PORT": metrics_port, "TOPIC": topic,
    }
    mounted = {"/skipper/config.yaml": repository / "config.example.yaml", "/skipper/secrets.json": confidential}
    containers = {name: Container(replay, name, settings, mounted) for name in replay.images}

    for name, container in containers.items():
        uid = container.image.user.split(":")[0]
        assert container.ask("id", "-u") == (0, f"{uid}\n"), f"{name} does not run as {uid}"
        code, text = container.ask("touch", "/skipper/new", "/usr/bin/new", "/etc/new", "/var/tmp/new", "/packets/new")
        assert code and text.count("Read-only file system") == 5, f"{name}: {text}"
        assert container.ask("sh", "-c", "touch /tmp/new && rm /tmp/new")[0] == 0
        assert container.ask("cat", "/proc/1/status")[1].count("CapEff:\t0000000000000000") == 1

    say("skipper indexes, kafka-producer, skipper-api, skipper-ingester")
    containers["skipper"].once("indexes")
    containers["kafka-producer"].once("--alerts", str(ALERTS), "--objects", str(OBJECTS), "--partitions", "4")
    processes = {name: containers[name].main() for name in ("api", "ingester")}
    for name, process in processes.items():
        container = containers[name]
        until("its health check succeeds", lambda c=container: c.ask(*c.image.health)[0] == 0, container, process)
    check = containers["skipper"].once("check")
    assert check.splitlines()[-1] == "usable", check

    address = f"http://127.0.0.1:{port}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(path: str, document: dict, token: str | None = None) -> dict:
        request = urllib.request.Request(
            address + path, json.dumps(document).encode(), {"Authorization": f"Bearer {token}"} if token else {})
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            containers["api"].fail(f"{path}: {error.code} {error.read().decode()[:1000]}")

    def is_ready() -> bool:
        try:
            return opener.open(f"{address}/readyz", timeout=PATIENCE).status == 200
        except urllib.error.HTTPError:
            return False

    until("it is ready", is_ready, containers["api"], processes["api"])
    token = post("/api/auth", {"username": "admin", "password": password})["token"]

    def query(kind: str, **what) -> list | int:
        return post("/api/queries", {"query_type": kind, "query": {"catalog": "ZTF_alerts", **what}}, token)["data"]

    until(f"{ALERTS} alerts are stored", lambda: query("count_documents", filter={}) == ALERTS,
          containers["ingester"], processes["ingester"])
    alert = query("find", filter={}, projection={"_id": 0, "objectId": 1, "candidate": 1})[0]
    center = [alert["candidate"]["ra"], alert["candidate"]["dec"]]
    cone = post("/api/queries", {"query_type": "cone_search", "query": {
        "object_coordinates": {"radec": {"here": center}, "cone_search_radius": 2, "cone_search_unit": "arcsec"},
        "catalogs": {"ZTF_alerts": {"filter": {}, "projection": {"objectId": 1}}}}}, token)["data"]
    assert alert["objectId"] in [each["objectId"] for each in cone["ZTF_alerts"]["here"]], cone
    # A filter that needs the time zones of the image: at noon of New Year it is four in California.
    explained = post("/api/filters/explain", {"objectId": alert["objectId"], "permissions": [1, 2, 3], "pipeline": [
        {"$match": {"$expr": {"$eq": [{"$hour": {
            "date": {"$toDate": "2026-01-01T12:00:00Z"}, "timezone": "America/Los_Angeles"}}, 4]}}}]}, token)
    assert explained["data"]["passed"] is True, explained
    say(f"{ALERTS} alerts went in, and queries and a filter were answered; stopping")
    for name, process in processes.items():
        stop(containers[name], process)

    for name, size in sizes.items():
        print(f"{name:16} {size / 1e6:6.1f} MB")
    if max(sizes.values()) >= LIMIT:
        sys.exit(f"image: an image weighs {LIMIT / 1e6:.0f} MB or more")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
