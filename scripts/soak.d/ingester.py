"""An ingester that is started, killed, asked to stop and watched."""

import json
import os
import signal
import subprocess


class Failure(Exception):
    """What was to be shown did not happen."""


class Ingester:
    """One place of an ingester; every start there is a new process that goes on with the same log."""

    STOP_LIMIT = 35  # seconds; the process gives itself 30

    def __init__(self, name, program, settings, log):
        self.name, self.program, self.settings, self.log = name, program, settings, log
        self.process = None
        self.log_start = 0

    def start(self, *arguments):
        self.log_start = os.path.getsize(self.log) if os.path.exists(self.log) else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, *arguments], env={**os.environ, **self.settings}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)

    def kill(self):
        """SIGKILL, to a process that must still run."""
        self.check()
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self):
        """SIGTERM; the process must end with code 0 in time."""
        self.check()
        self.process.send_signal(signal.SIGTERM)
        self.wait(self.STOP_LIMIT)

    def wait(self, seconds):
        """Waits for its end, with code 0."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} did not end within {seconds} s") from None
        self.process = None
        if code != 0:
            raise Failure(f"{self.name} ended with code {code}; {self.last_line()}")

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def check(self):
        if not self.is_running():
            code = None if self.process is None else self.process.returncode
            raise Failure(f"{self.name} has ended by itself with code {code}; {self.last_line()}")

    def abandon(self):
        """Ends what still runs, whatever it does."""
        if self.is_running():
            self.process.kill()
            self.process.wait()

    def batches(self, whole=False):
        """The log's lines about finished batches: since the last start, or all."""
        return [line for line in self.lines(0 if whole else self.log_start) if line.get("message") == "batch done"]

    def held_up(self):
        """How often something was attempted in vain, in all processes."""
        return sum(line.get("message") == "held up" for line in self.lines(0))

    def lines(self, start):
        if not os.path.exists(self.log):
            return
        with open(self.log, "rb") as log:
            log.seek(start)
            for line in log:
                try:
                    yield json.loads(line)
                except ValueError:
                    continue  # cut off by SIGKILL, or the reason of an exit

    def last_line(self):
        with open(self.log, "rb") as log:
            lines = log.read()[-4000:].decode(errors="replace").splitlines()
        return f"{self.log} ends: {lines[-1] if lines else ''}"
