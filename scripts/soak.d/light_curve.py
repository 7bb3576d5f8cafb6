"""What an object's document must hold, whatever order the packets came in.

Messages of one partition are ingested in their order; of several partitions in any. What is stored may depend on that
order in two places only:

- Forced photometry is kept for an object if its *first* alert here satisfies the rule (seen once so far, or first
  detected less than 30 days before). The first alert of all is the first of its partition, for some partition. So
  the array must be there if the first alert of every partition satisfies the rule, must not be there if none does,
  and may be there or not otherwise.
  The document comes into being with the first alert and the array with the document, or never: there is no alert
  before the array. So where it is there, *every* packet has contributed, those that do not satisfy the rule too, and
  what it holds does not depend on the order.
- Of points with the same Julian date that of the brightest alert stays. Of alerts that are equally bright the first
  wins, so any of them may.

Faults do not loosen this: a batch that is repeated finds the document that its first attempt made, and nothing is
recorded of a partition before what comes earlier in it is recorded.
"""

import hashlib
import math
import os
import sys

import bson

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/BrokerTests"))
import stored_documents  # noqa: E402


def fingerprint(point):
    """The same for the same fields with the same values of the same types, NaN being the same as NaN."""
    fields = sorted((key, math.nan if value != value else value) for key, value in point.items())
    return hashlib.blake2b(bson.encode(dict(fields)), digest_size=16).digest()


class LightCurve:
    """What is expected of one object."""

    def __init__(self):
        self.points = {}  # fingerprint: Julian date
        self.epochs = {}  # Julian date: (smallest magnitude, fingerprints of the points of such alerts)
        self.first = {}  # partition: whether its first alert of the object satisfies the rule

    def add(self, partition, packet, previous, forced):
        """Takes a packet; those of a partition must come in their order."""
        self.first.setdefault(partition, stored_documents.seen_from_beginning(packet["candidate"]))
        for row in previous:
            self.points[fingerprint(row)] = row["jd"]
        for row in forced:
            magnitude = stored_documents.brightness(row)
            best = self.epochs.get(row["jd"])
            if best is None or magnitude < best[0]:
                self.epochs[row["jd"]] = (magnitude, {fingerprint(row)})
            elif magnitude == best[0]:
                best[1].add(fingerprint(row))

    def faults(self, stored):
        """What is wrong with the stored document."""
        allowed = {"_id", "cross_matches", "prv_candidates", "fp_hists"}
        found = [f"{key}: not expected" for key in stored.keys() - allowed]
        if stored.get("cross_matches") != {}:
            found.append(f"cross_matches: {stored.get('cross_matches')!r}, not empty")
        return found + self.faults_of_points(stored.get("prv_candidates")) + self.faults_of_epochs(
            stored.get("fp_hists"))

    def faults_of_points(self, rows):
        if not isinstance(rows, list):
            return ["prv_candidates: missing"]
        found, seen = [], set()
        for place, row in enumerate(rows):
            print_ = fingerprint(row)
            if print_ in seen:
                found.append(f"prv_candidates.{place}: twice (jd {row.get('jd')})")
            elif print_ not in self.points:
                found.append(f"prv_candidates.{place}: in no packet (jd {row.get('jd')})")
            seen.add(print_)
        return found + [f"prv_candidates: jd {jd} is missing" for each, jd in self.points.items() if each not in seen]

    def faults_of_epochs(self, rows):
        must, may = all(self.first.values()), any(self.first.values())
        if rows is None:
            return ["fp_hists: missing"] if must else []
        if not may:
            return ["fp_hists: not expected, the object is older"]
        found = []
        dates = [row.get("jd") for row in rows]
        if any(not before < after for before, after in zip(dates, dates[1:])):
            found.append("fp_hists: not strictly ascending by jd")
        for place, row in enumerate(rows):
            best = self.epochs.get(row.get("jd"))
            if best is None:
                found.append(f"fp_hists.{place}: jd {row.get('jd')} is in no packet")
            elif fingerprint(row) not in best[1]:
                found.append(f"fp_hists.{place}: jd {row['jd']} is not the point of the brightest alert: alert_mag "
                             f"{row.get('alert_mag')}, smallest {best[0]}")
        return found + [f"fp_hists: jd {jd} is missing" for jd in self.epochs.keys() - set(dates)]
