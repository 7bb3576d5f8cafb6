"""What the checks are given: the repository, the built programs, and the tools that render."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
import yaml

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[2] / "scripts/image.d")]
import dockerfile  # noqa: E402
from programs import Programs  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]


def pytest_addoption(parser) -> None:
    parser.addoption("--programs", required=True, help="the folder with skipper, skipper-api and skipper-ingester")
    parser.addoption("--tools", required=True, help="the folder that `scripts/services fetch deployment` fills")
    parser.addoption("--mongodb", required=True, help="a connection string")
    parser.addoption("--kafka", required=True, help="bootstrap servers")
    parser.addoption("--database", required=True, help="a database of the tests' own")


@pytest.fixture(scope="session")
def programs(request) -> Programs:
    return Programs(pathlib.Path(request.config.getoption("--programs")))


@pytest.fixture(scope="session")
def images() -> dict[str, dockerfile.Image]:
    """The images that the Dockerfile makes, by their names in compose and Kubernetes."""
    text = (ROOT / "Dockerfile").read_text()
    names = [name for name in dockerfile.stages(text) if name not in ("build", "runtime")]
    return {name if name == "skipper" else f"skipper-{name}": dockerfile.image(text, name) for name in names}


@pytest.fixture(scope="session")
def routes(request, programs) -> dict[str, set[str]]:
    """Paths that the running programs answer, of those that are asked anywhere."""
    option = request.config.getoption
    asked = ["/", "/healthz", "/readyz", "/metrics", "/api/auth", "/docs/api/", "/no/such/path"]
    return programs.answered(option("--mongodb"), option("--database"), option("--kafka"), asked)


def _run(*words: str, environment: dict[str, str] | None = None, **more) -> str:
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=600, check=False,
        env={**os.environ, **(environment or {})}, **more)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr[-3000:]}"
    return done.stdout


class Renderer:
    """Renders with the tools themselves."""

    def __init__(self, tools: pathlib.Path) -> None:
        self.tools = tools

    def _library(self, name: str) -> str:
        path = self.tools / name
        if not path.exists():
            pytest.skip(f"there is no {name} for this processor")
        return str(path)

    def _native(self, library: str, *words: str, text: str = "") -> dict | list:
        out = _run(
            sys.executable, str(pathlib.Path(__file__).parent / "native.py"), self._library(library), *words,
            input=text, environment={"HELM_DRIVER": "memory"})
        return json.loads(out)

    def compose(self, *files: str) -> dict:
        command = ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
        names = [word for file in files for word in ("--file", file)]
        profiles = [word for profile in ("kafka", "operator") for word in ("--profile", profile)]
        return yaml.safe_load(
            _run(*command, "--project-name", "skipper", *names, *profiles, "config", cwd=ROOT))

    def kustomize(self, folder: str) -> list[dict]:
        return self._native("libpykustomize.so", "kustomize", str(ROOT / "kubernetes" / folder))

    def kubectl(self, folder: str) -> list[dict]:
        return list(yaml.safe_load_all(_run("kubectl", "kustomize", str(ROOT / "kubernetes" / folder))))

    def lint(self) -> dict:
        return self._native("libhelm_sdkpy.so", "helm-lint", str(ROOT / "kubernetes/chart"))

    def helm(self, values: dict) -> list[dict]:
        return self._native(
            "libhelm_sdkpy.so", "helm-install", str(ROOT / "kubernetes/chart"), text=json.dumps(values))


@pytest.fixture(scope="session")
def renderer(request) -> Renderer:
    return Renderer(pathlib.Path(request.config.getoption("--tools")))
