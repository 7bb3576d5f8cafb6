"""The Dockerfile, against the programs as they were built."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

import dockerfile
import pytest
from conftest import ROOT

PROGRAMS = {"skipper", "skipper-ingester", "skipper-api"}


@pytest.fixture(name="text", scope="module")
def _text():
    return (ROOT / "Dockerfile").read_text()


def test_every_image_has_its_program_and_runs_it(text, images):
    assert images.keys() == PROGRAMS | {"skipper-kafka-producer"}
    manifest = (ROOT / "Package.swift").read_text()
    built = re.search(r"for product in ([^;]*);", text)[1].split()
    assert set(built) == PROGRAMS
    for name in built:
        assert f'.executable(name: "{name}"' in manifest
    for name, image in images.items():
        copied = {pathlib.PurePath(file).name for kind, step in image.steps if kind == "copy" for file in step["files"]}
        assert image.entrypoint[0] in copied, name
        assert image.base == "debian:12-slim"


def test_images_are_not_root(images):
    for image in images.values():
        uid, gid = map(int, image.user.split(":"))
        run = " ".join(step for kind, step in image.steps if kind == "run")
        assert uid > 0 and gid > 0
        assert f"useradd --uid {uid} --gid {gid} " in run and f"groupadd --gid {gid} " in run


def test_health_checks_are_understood(images, programs):
    for name in ("skipper-api", "skipper-ingester"):
        assert images[name].health and programs.understands(images[name].health)


def test_settings_and_ports_are_the_programs(images, programs):
    for image in images.values():
        for variable in image.environment:
            assert variable.removeprefix("SKIPPER_").replace("__", ".").lower() in programs.settings
    assert images["skipper-api"].ports == [programs.settings["server.port"]]
    ingester = images["skipper-ingester"]
    assert ingester.ports == [int(ingester.environment["SKIPPER_SERVER__METRICS_PORT"])]


def test_every_copied_file_is_there_and_let_in(text):
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in let_in
    for stage in dockerfile.stages(text).values():
        for word, rest in stage.instructions:
            if word == "COPY" and "--from" not in rest:
                for file in rest.split()[:-1]:
                    assert (ROOT / file).exists()
                    first = file.split("/")[0]
                    assert file == "." or f"!{file}" in let_in or f"!{first}" in let_in, file
    for path in re.findall(r'path: "(\w+)/', (ROOT / "Package.swift").read_text()):
        assert f"!{path}" in let_in
    for file in let_in:
        if file.startswith("!"):
            assert (ROOT / file[1:]).exists(), file
    assert not any("secrets" in file or "config" in file for file in let_in if file.startswith("!"))


def release() -> str | None:
    try:
        return re.search(r"^VERSION_CODENAME=(.*)$", pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)[1]
    except (OSError, TypeError):
        return None


@pytest.mark.skipif(release() != "bookworm", reason="packages of Debian 12 have other names here")
def test_the_runtime_packages_are_what_the_programs_link(images, programs):
    needed = set()
    for name in PROGRAMS:
        out = subprocess.run(["readelf", "-d", programs.folder / name], capture_output=True, text=True, check=True).stdout
        libraries = set(re.findall(r"\(NEEDED\).*\[(.*)\]", out))
        located = subprocess.run(["ldd", programs.folder / name], capture_output=True, text=True, check=True).stdout
        assert "not found" not in located
        for library, path in re.findall(r"(\S+) => (\S+)", located):
            # The Swift runtime is linked into what the image has.
            if library in libraries and "/swift/" not in path:
                needed.add(package_of(path))
    listed = set(images["skipper-api"].packages)
    base = {"libc6", "libgcc-s1"}  # in every Debian
    assert needed - base <= listed, f"missing in the Dockerfile: {sorted(needed - base - listed)}"
    assert {"ca-certificates", "tzdata"} <= listed
    # Linked into a program, as in the image, the Swift runtime needs C++'s; as a library it is no matter of ours.
    rest = listed - needed - {"ca-certificates", "tzdata", "libstdc++6"}
    assert not rest, f"needed by nothing: {sorted(rest)}"


def package_of(path: str) -> str:
    for candidate in (path, os.path.realpath(path), os.path.realpath(path).removeprefix("/usr")):
        done = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    raise AssertionError(f"{path} is of no package")


def test_the_producer_sends_packets_or_simulates(tmp_path, programs):
    script = str(ROOT / "docker/kafka-producer")
    environment = {
        "PATH": f"{programs.folder}:{os.environ['PATH']}", "PACKETS": str(tmp_path), "SKIPPER_DATABASE__PORT": "none"}

    def run(*words: str) -> str:
        done = subprocess.run([script, *words], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 1 and "database.port" in done.stderr, done.stderr
        return done.stderr

    assert run("--partitions", "16").startswith("skipper simulate: ")
    assert run("--topic=t", "--alerts", "5").startswith("skipper simulate: ")
    (tmp_path / "1.avro").write_bytes(b"")
    assert run("--partitions", "16").startswith("skipper produce: ")
