"""Watches whether the service goes on answering others while it is attacked."""

import threading
import time


class Bystander:
    """Asks something small again and again, as another user, while an attack goes on.

    `slowest` is the longest that an answer took, seconds; `faults` are answers that were none.
    """

    #: Seconds after which an answer has not come at once. Generous: the machine may be busy with other things.
    LIMIT = 8.0

    def __init__(self, target, catalog):
        self.target, self.catalog = target, catalog
        self.slowest, self.count, self.faults = 0.0, 0, []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while True:
            start = time.monotonic()
            try:
                answer = self.target.find(self.catalog, {"_id": 1}, {"_id": 1})
                if answer.status != 200 or answer.data != [{"_id": 1}]:
                    self.faults.append(repr(answer))
            except OSError as error:
                self.faults.append(repr(error))
            self.slowest = max(self.slowest, time.monotonic() - start)
            self.count += 1
            if self._over.wait(0.05):
                return

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, error, trace):
        self._over.set()
        self._thread.join(60)
        if kind is None:
            assert not self._thread.is_alive(), "another user's query gets no answer"
            assert not self.faults, self.faults[:3]
            assert self.count and self.slowest < self.LIMIT, f"another user waited {self.slowest:.1f} s"
