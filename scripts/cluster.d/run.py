"""Plays a cluster, with figures before it and a judgement after it; called by scripts/cluster."""

import argparse
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../soak.d"))

from cluster import Cluster  # noqa: E402
from ingester import Failure  # noqa: E402
from judge import Judge  # noqa: E402
from kills import play  # noqa: E402
from rates import measure  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    for option in ("seconds", "rate", "every", "seed", "alerts"):
        parser.add_argument("--" + option, type=int, required=True)
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))  # so that the processes are ended
    cluster = Cluster()
    try:
        if options.alerts:
            measure(cluster, options.alerts, options.seed)
        if not options.seconds:
            return 0
        answers, produced = play(cluster, options)
        faults = answers.report()
        judge = Judge(cluster.kafka, cluster.topic, cluster.group, cluster.database, produced)
        found = judge.faults()
        print(f"  judge: {judge.summary}: {len(found)} faults")
        for line in found[:30]:
            print(f"  judge: {line[:300]}")
        return 1 if faults or found else 0
    except Failure as failure:
        print(f"  {failure}")
        return 1
    finally:
        cluster.close()


if __name__ == "__main__":
    sys.exit(main())
