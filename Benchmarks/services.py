"""What the benchmarks know of the services and of processes."""

import json
import os
import socket
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


def services(path):
    """The services' environment file."""
    values = {}
    for line in open(path):
        key, _, value = line.strip().partition("=")
        values[key] = value.strip("'")
    return values


def said(command, **more):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout)


def processor(pid):
    """Seconds of user and system time."""
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak(pid):
    """Most memory ever resident, in MB."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Results:
    """Figures, printed as they come and kept in a file of JSON."""

    def __init__(self, path):
        self.path = path
        self.entries = json.load(open(path)) if os.path.exists(path) else {}

    def note(self, name, value, unit, other=None, lower_is_better=False):
        entry = {"value": round(value, 3), "unit": unit, "peer": None, "peer_value": None, "ratio": None}
        if other:
            label, figure = other
            ratio = figure / value if lower_is_better else value / figure
            entry.update(peer=label, peer_value=round(figure, 3), ratio=round(ratio, 2))
        self.entries[name] = entry
        text = f"{name:32} {value:10.1f} {unit:14}"
        if other:
            text += f" {other[0]}: {other[1]:.1f} ({entry['ratio']} times better)"
        print(text, flush=True)
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "w") as file:
            json.dump(self.entries, file, indent=2)
