"""What the built programs say of themselves."""

from __future__ import annotations

import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import yaml

SECRETS = {"SKIPPER_SERVER__ADMIN_PASSWORD": "f1nd-m3-out", "SKIPPER_SERVER__JWT_SECRET_KEY": "0123456789abcdef" * 3}


class Programs:
    """The programs of a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder.resolve()
        text = self.run("skipper", "config").stdout
        self.settings: dict[str, object] = dict(_flat(yaml.safe_load(text)))
        self.secrets = set()
        section = ""
        for line in text.splitlines():
            if match := re.match(r"(\w+):$", line):
                section = match[1]
            elif match := re.match(r"    # (\w+): a secret$", line):
                self.secrets.add(f"{section}.{match[1]}")

    def run(
        self, program: str, *words: str, settings: dict[str, str] | None = None, folder: str | None = None
    ) -> subprocess.CompletedProcess:
        """Runs a program to its end, with nothing around it but these settings."""
        with tempfile.TemporaryDirectory() as empty:
            return subprocess.run(
                [self.folder / program, *words], capture_output=True, text=True, timeout=300, check=False,
                cwd=folder or empty, env=_environment(self.folder, settings or {}))

    def understands(self, words: list[str]) -> bool:
        """Whether a command line means something: the settings are spoilt, so little more than that is found out."""
        ended = self.run(words[0], *words[1:], settings={"SKIPPER_DATABASE__PORT": "none"})
        return ended.returncode != 2 and "unknown argument" not in ended.stderr

    def reads(self, program: str, config: str) -> str:
        """What a program says that is asked whether it is healthy, with this config.yaml beside it."""
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "config.yaml").write_text(config)
            return self.run(program, "--is-healthy", folder=folder).stderr

    def answered(self, mongodb: str, database: str, kafka: str, paths: list[str]) -> dict[str, set[str]]:
        """Which paths the running API and ingester answer with something other than 404."""
        common = {"SKIPPER_DATABASE__URI": mongodb, "SKIPPER_DATABASE__DB": database, "SKIPPER_LOG__FORM": "json",
                  "SKIPPER_SERVER__HOST": "127.0.0.1", "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": kafka,
                  "SKIPPER_KAFKA__GROUP": database, "SKIPPER_KAFKA__TOPICS": f"{database}-none"} | SECRETS
        found = {}
        for program in ("skipper-api", "skipper-ingester"):
            port = _free_port()
            settings = common | {
                "SKIPPER_SERVER__PORT": str(port), "SKIPPER_SERVER__METRICS_PORT": str(port)}
            with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "w+", encoding="utf-8") as log:
                process = subprocess.Popen(
                    [self.folder / program], cwd=folder, stdout=log, stderr=log,
                    env=_environment(self.folder, settings))
                try:
                    end = time.monotonic() + 240
                    while _status(port, "/healthz") != 200:
                        assert process.poll() is None and time.monotonic() < end, pathlib.Path(log.name).read_text()
                        time.sleep(0.1)
                    healthy = self.run(program, "--is-healthy", settings=settings)
                    assert healthy.returncode == 0, healthy.stderr
                    found[program] = {path for path in paths if _status(port, path) not in (None, 404)}
                finally:
                    process.terminate()
                    process.wait(timeout=240)
            # Nobody is there any more, and that is told.
            assert self.run(program, "--is-healthy", settings=settings).returncode == 1
        return found


def flat_keys(document: dict) -> dict[str, object]:
    """`section.key` of a document of settings."""
    return dict(_flat(document))


def key_of_variable(name: str) -> str:
    """`section.key` of SKIPPER_SECTION__KEY."""
    return name.removeprefix("SKIPPER_").replace("__", ".").lower()


def _flat(document: dict):
    for section, keys in document.items():
        for key, value in (keys or {}).items():
            yield f"{section}.{key}", value


def _environment(folder: pathlib.Path, settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKIPPER_")}
    return kept | {"PATH": f"{folder}:{kept['PATH']}", "MONGOC_DISABLE_SHM": "1"} | settings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _status(port: int, path: str) -> int | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
