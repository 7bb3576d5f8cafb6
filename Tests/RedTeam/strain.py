"""Watches whether the service goes on answering others while it is attacked."""

import threading
import time


class Bystander:
    """Asks something small again and again, as another user, while attacks go on."""

    #: Seconds after which an answer has not come at once. Generous: the machine may be busy with other things.
    LIMIT = 8.0

    def __init__(self, target, catalog):
        self.target, self.catalog = target, catalog
        self._lock = threading.Lock()
        self._slowest, self._faults = 0.0, []
        self._asked_at = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _ask(self):
        try:
            answer = self.target.find(self.catalog, {"_id": 1}, {"_id": 1})
            if answer.status != 200 or answer.data != [{"_id": 1}]:
                return repr(answer)
        except OSError as error:
            return repr(error)
        return None

    def _run(self):
        while not self._over.wait(0.05):
            start = self._asked_at = time.monotonic()
            fault = self._ask()
            with self._lock:
                self._slowest = max(self._slowest, time.monotonic() - start)
                if fault:
                    self._faults.append(fault)
                self._asked_at = time.monotonic()

    def check(self):
        """Asserts that all answers since the last look came, and at once."""
        with self._lock:
            waiting = time.monotonic() - self._asked_at
            slowest, faults = max(self._slowest, waiting), self._faults
            self._slowest, self._faults = 0.0, []
        assert not faults, faults[:3]
        assert slowest < self.LIMIT, f"another user waited {slowest:.1f} s"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self._over.set()
        self._thread.join(60)
        if kind is None:
            assert not self._thread.is_alive(), "another user's query gets no answer"
            self.check()
