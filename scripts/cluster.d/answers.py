"""Asks the APIs of a cluster all the time, and judges each answer by what the packets say.

What has not been produced cannot be answered; what any API has answered must be answered from then on; what is answered
is what the packet says. An API that was killed may give no answer until it is ready again, but never a wrong one.
"""

import collections
import io
import json
import math
import random
import threading
import time
import urllib.error
import urllib.request

import fastavro

PROJECTION = {"_id": 0, "candid": 1, "objectId": 1, "candidate.jd": 1, "candidate.magpsf": 1, "candidate.ra": 1,
              "candidate.dec": 1}
CONE = 5.0  # arcseconds


class Wrong(Exception):
    """An answer that contradicts the packets or an earlier answer."""


class NoAnswer(Exception):
    """A request to which no answer came, or one that says that something is not usable."""


class Answers:
    THREADS = 2  # that ask each API
    PAUSE = 0.01  # seconds between two questions of one of them: the alerts need the cores, too

    def __init__(self, cluster, apis, seed):
        self.cluster, self.apis, self.seed = cluster, apis, seed
        self.lock = threading.Lock()
        self.produced = {}  # candid: what its packet says
        self.objects = collections.defaultdict(set)  # objectId: candids
        self.seen = set()  # candids that were answered
        self.seen_of = collections.defaultdict(set)  # objectId: the same
        self.points = collections.defaultdict(set)  # objectId: Julian dates of its light curve that were answered
        self.total = 0  # the largest number of alerts that was answered
        self.down = {api.name: [] for api in apis}  # [from, to] of each time in which an API may give no answer
        self.counts = collections.Counter()
        self.wrong, self.unexcused = [], []
        self.excused = 0
        self.longest = 0.0
        self.running = True

    def start(self):
        # Whoever has a token of one API has one of all.
        self.admin = self.token(self.apis[0], "admin", self.cluster.password)
        self.add_stranger()
        self.stranger = self.token(self.apis[1], "stranger", "sees nothing at all")
        self.threads = [threading.Thread(target=self.ask, args=(api, number), daemon=True)
                        for api in self.apis for number in range(self.THREADS)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.running = False
        for thread in getattr(self, "threads", []):
            thread.join(120)

    @property
    def asked(self):
        return sum(self.counts.values())

    def will_come(self, packet):
        """Takes a packet that is about to be produced."""
        (alert,) = fastavro.reader(io.BytesIO(packet))
        candidate = alert["candidate"]
        said = {"candid": alert["candid"], "objectId": alert["objectId"],
                "candidate": {key: candidate[key] for key in ("jd", "magpsf", "ra", "dec")}}
        with self.lock:
            self.produced[alert["candid"]] = said
            self.objects[alert["objectId"]].add(alert["candid"])

    def goes_down(self, api):
        with self.lock:
            self.down[api.name].append([time.monotonic(), math.inf])

    def is_up(self, api):
        with self.lock:
            self.down[api.name][-1][1] = time.monotonic()

    def ask(self, api, number):
        chance = random.Random(f"{self.seed} {api.name} {number}")
        questions = [self.alert, self.alert, self.count, self.all, self.cone, self.light_curve, self.others]
        while self.running:
            question = chance.choice(questions)
            begin = time.monotonic()
            try:
                if not question(api, chance):
                    time.sleep(0.05)
                    continue
                with self.lock:
                    self.counts[f"{api.name} {question.__name__}"] += 1
                time.sleep(self.PAUSE)
            except Wrong as error:
                with self.lock:
                    self.wrong.append(f"{api.name} {question.__name__}: {error}")
            except NoAnswer as error:
                self.note(api, begin, error)
                time.sleep(0.05)
            except Exception as error:  # an answer of another shape, too, is a wrong one
                with self.lock:
                    self.wrong.append(f"{api.name} {question.__name__}: {error!r}")
            self.longest = max(self.longest, time.monotonic() - begin)

    def note(self, api, begin, error):
        """No answer is excused while the API was away at any moment since the request began."""
        now = time.monotonic()
        with self.lock:
            if any(start <= now and begin <= end for start, end in self.down[api.name]):
                self.excused += 1
            else:
                self.unexcused.append(f"{api.name}: {error}")

    # Questions. Each returns false where there is nothing to ask yet.

    def alert(self, api, chance):
        """An alert by its number."""
        with self.lock:
            candid = self.some(chance, self.produced)
            if candid is None:
                return False
            known = candid in self.seen
        found = self.query(api, "find", {"catalog": "ZTF_alerts", "filter": {"candid": candid},
                                         "projection": PROJECTION})
        if len(found) > 1 or (known and not found):
            raise Wrong(f"candid {candid}: {len(found)} documents, {'seen' if known else 'not seen'} before")
        self.take(found)
        return True

    def count(self, api, chance):
        """How many alerts an object has."""
        with self.lock:
            name = self.some(chance, self.objects)
            if name is None:
                return False
            least = len(self.seen_of[name])
        counted = self.query(api, "count_documents", {"catalog": "ZTF_alerts", "filter": {"objectId": name}})
        with self.lock:
            most = len(self.objects[name])
        if not least <= counted <= most:
            raise Wrong(f"object {name}: {counted} alerts; seen were {least}, produced {most}")
        return True

    def all(self, api, chance):
        """How many alerts there are."""
        with self.lock:
            least = max(self.total, len(self.seen))
        found = self.query(api, "aggregate", {"catalog": "ZTF_alerts", "pipeline": [
            {"$match": {"candid": {"$gt": 0}}}, {"$group": {"_id": None, "n": {"$sum": 1}}}]})
        counted = found[0]["n"] if found else 0
        with self.lock:
            most = len(self.produced)
            self.total = max(self.total, counted)
        if not least <= counted <= most:
            raise Wrong(f"{counted} alerts; before there were {least}, produced are {most}")
        return True

    def cone(self, api, chance):
        """The alerts around an alert."""
        with self.lock:
            candid = self.some(chance, self.produced)
            if candid is None:
                return False
            centre = self.produced[candid]["candidate"]
            nearby = {each for each in self.objects[self.produced[candid]["objectId"]] & self.seen
                      if distance(self.produced[each]["candidate"], centre) < CONE - 0.01}
        answer = self.query(api, "cone_search", {
            "object_coordinates": {"radec": {"it": [centre["ra"], centre["dec"]]}, "cone_search_radius": CONE,
                                   "cone_search_unit": "arcsec"},
            "catalogs": {"ZTF_alerts": {"filter": {}, "projection": PROJECTION}}})
        found = answer["ZTF_alerts"]["it"]
        missing = nearby - {each["candid"] for each in found}
        if missing:
            raise Wrong(f"around candid {candid}: {missing} were seen before and are not found")
        for each in found:
            if distance(each["candidate"], centre) > CONE + 0.01:
                raise Wrong(f"around candid {candid}: {each['candid']} is too far away")
        self.take(found)
        return True

    def light_curve(self, api, chance):
        """The light curve of an object, which only grows."""
        with self.lock:
            name = self.some(chance, self.objects)
            if name is None:
                return False
            before = set(self.points[name])
        found = self.query(api, "find", {"catalog": "ZTF_alerts_aux", "filter": {"_id": name},
                                         "projection": {"prv_candidates.jd": 1, "prv_candidates.candid": 1}})
        if len(found) > 1:
            raise Wrong(f"object {name}: {len(found)} light curves")
        # Alerts are stored before light curves, so one that was just seen need not have its light curve yet.
        rows = found[0].get("prv_candidates", []) if found else []
        dates = {each["jd"] for each in rows}
        if not before <= dates:
            raise Wrong(f"object {name}: points of {before - dates} were seen before and are gone")
        with self.lock:
            self.points[name] |= dates
        return True

    def others(self, api, chance):
        """A user without rights to the alerts' program, who must never see one."""
        with self.lock:
            candid = self.some(chance, self.seen)
        if candid is None:
            return False
        found = self.query(api, "find", {"catalog": "ZTF_alerts", "filter": {"candid": candid}}, self.stranger)
        if found:
            raise Wrong(f"a stranger sees candid {candid}")
        return True

    def take(self, found):
        """Compares alerts with their packets, and remembers that they were seen."""
        with self.lock:
            for alert in found:
                said = self.produced.get(alert.get("candid"))
                if alert != said:
                    raise Wrong(f"{alert} is answered, and the packet says {said}")
                self.seen.add(alert["candid"])
                self.seen_of[alert["objectId"]].add(alert["candid"])

    @staticmethod
    def some(chance, among):
        """A random one of those that came first or last; nil where there is none."""
        if not among:
            return None
        names = list(among)
        # Half of the questions are about what has just come.
        return chance.choice(names[-500:] if chance.random() < 0.5 else names)

    # HTTP.

    def query(self, api, kind, query, token=None):
        answer = self.send(api, "/api/queries", {"query_type": kind, "query": query}, token or self.admin)
        if answer.get("status") != "success":
            raise Wrong(f"{answer}"[:300])
        return answer["data"]

    def send(self, api, path, body, token=None):
        request = urllib.request.Request(api.url + path, json.dumps(body).encode(), {
            "Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            text = error.read()[:300]
            if error.code == 503:
                raise NoAnswer(f"503 {text}") from None
            raise Wrong(f"{error.code} {text}") from None
        except (OSError, ValueError, EOFError) as error:
            raise NoAnswer(repr(error)) from None
        except Exception as error:
            # http.client has errors of its own for connections that end in the middle of an answer.
            if type(error).__module__ == "http.client":
                raise NoAnswer(repr(error)) from None
            raise

    def token(self, api, name, password):
        return self.send(api, "/api/auth", {"username": name, "password": password})["token"]

    def add_stranger(self):
        self.send(self.apis[0], "/api/users", {
            "username": "stranger", "password": "sees nothing at all", "permissions": [2]}, self.admin)

    def report(self):
        """Prints what was answered; returns the number of faults."""
        for name, count in sorted(self.counts.items()):
            print(f"  {name}: {count} answers, all as they must be")
        print(f"  {self.excused} requests without an answer while their API was away; the longest request took "
              f"{self.longest:.1f} s; {len(self.seen)} alerts were seen in answers")
        for line in self.unexcused[:20]:
            print(f"  NO ANSWER although the API was there: {line[:300]}")
        for line in self.wrong[:20]:
            print(f"  WRONG: {line[:400]}")
        print(f"  answers: {self.asked} right, {len(self.wrong)} wrong, {len(self.unexcused)} missing without excuse")
        few = [api.name for api in self.apis if not any(name.startswith(api.name) for name in self.counts)]
        return len(self.wrong) + len(self.unexcused) + len(few)


def distance(one, other):
    """Between two places, arcseconds (haversine)."""
    ra1, dec1, ra2, dec2 = (math.radians(each) for each in (one["ra"], one["dec"], other["ra"], other["dec"]))
    half = math.sin((dec2 - dec1) / 2) ** 2 + math.cos(dec1) * math.cos(dec2) * math.sin((ra2 - ra1) / 2) ** 2
    return math.degrees(2 * math.asin(min(1, math.sqrt(half)))) * 3600
