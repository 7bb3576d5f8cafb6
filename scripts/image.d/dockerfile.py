"""Reads the Dockerfile: its stages, and what an image of a stage is.

As a program: dockerfile.py FILE TARGET prints what building the stage takes, for scripts/image, as lines of JSON.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import dataclass, field


@dataclass
class Stage:
    """A stage, as it is written."""

    name: str
    parent: str
    instructions: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Image:
    """What a container of a stage starts with; inherited values included."""

    base: str = ""
    steps: list[tuple[str, object]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    user: str = ""
    folder: str = "/"
    ports: list[int] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    @property
    def packages(self) -> list[str]:
        """What its steps install with apt-get."""
        found: list[str] = []
        for kind, text in self.steps:
            for words in re.findall(r"apt-get install ([^&;]*)", text) if kind == "run" else []:
                found += [word for word in words.split() if not word.startswith("-")]
        return found


def stages(text: str) -> dict[str, Stage]:
    """The stages by name, in order."""
    text = re.sub(r"^[ \t]*#.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\\\n", " ", text)
    found: dict[str, Stage] = {}
    for line in filter(str.strip, text.splitlines()):
        word, _, rest = line.strip().partition(" ")
        if word.upper() == "FROM":
            match = re.fullmatch(r"(\S+)\s+AS\s+(\S+)", rest.strip(), re.IGNORECASE)
            if not match:
                raise ValueError(f"a stage without a name: {line}")
            stage = found[match[2]] = Stage(match[2], match[1])
        else:
            stage.instructions.append((word.upper(), rest.strip()))
    return found


def image(text: str, target: str) -> Image:
    """The image of a stage, built on those of its parents."""
    every = stages(text)
    if target not in every:
        raise KeyError(f"the Dockerfile has no stage {target}")
    stage = every[target]
    if stage.parent in every:
        result = image(text, stage.parent)
    else:
        result = Image(base=stage.parent)
    for word, rest in stage.instructions:
        if word == "RUN":
            result.steps.append(("run", re.sub(r"^(--\S+\s+)+", "", rest)))
        elif word == "COPY":
            words = shlex.split(rest)
            source = next((each.partition("=")[2] for each in words if each.startswith("--from=")), None)
            paths = [each for each in words if not each.startswith("--")]
            result.steps.append(("copy", {"from": source, "files": paths[:-1], "to": paths[-1]}))
        elif word == "ENV":
            result.environment |= dict(each.split("=", 1) for each in shlex.split(rest))
        elif word == "LABEL":
            result.labels |= dict(each.split("=", 1) for each in shlex.split(rest))
        elif word == "USER":
            result.user = rest
        elif word == "WORKDIR":
            result.folder = rest
            result.steps.append(("run", f"mkdir -p {shlex.quote(rest)}"))
        elif word == "EXPOSE":
            result.ports = [int(each) for each in rest.split()]
        elif word == "VOLUME":
            result.volumes += rest.split()
        elif word == "ENTRYPOINT":
            result.entrypoint, result.command = json.loads(rest), []
        elif word == "CMD":
            result.command = json.loads(rest)
        elif word == "HEALTHCHECK":
            result.health = json.loads(rest[rest.index("CMD") + 3 :])
        elif word != "ARG":
            raise ValueError(f"{word} is not known here")
    return result


if __name__ == "__main__":
    wanted = image(open(sys.argv[1], encoding="utf-8").read(), sys.argv[2])
    print(json.dumps(wanted.__dict__))
