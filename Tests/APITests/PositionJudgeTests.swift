import Mongo
import Testing

extension Conformance {
    /// `cone_search` and `near` against PyMongo doing what Kowalski does: one find for each position.
    @Suite struct PositionJudgeTests {
        @Test(arguments: [1, 2, 3]) func answersAreThoseOfOneFindForEachPosition(seed: Int) async throws {
            let api = try RunningAPI.current
            let arguments = [
                String(api.port), try RunningAPI.token("admin"), try TestEnvironment.mongodb,
                api.database.name,
                String(seed),
            ]
            #expect(try await python(Self.script, arguments) == "all is well\n")
        }

        private static let script = #"""
            import ast, math, random, sys
            import pymongo, requests
            from bson import json_util

            port, token, uri, name, seed = sys.argv[1:]
            random.seed(int(seed))
            db = pymongo.MongoClient(uri)[name]
            catalogs = [f"judge_{seed}_{i}" for i in range(3)]

            # Clusters at the poles, at the seam of right ascension, and elsewhere.
            centers = [(0.0, 90.0), (123.4, -90.0), (0.0, 0.0), (359.9999, 10.0), (180.0, -45.0)]
            centers += [(random.uniform(0, 360), math.degrees(math.asin(random.uniform(-1, 1)))) for _ in range(5)]

            def around(ra, dec, spread):
                ra += random.gauss(0, spread) / max(math.cos(math.radians(dec)), 1e-4)
                dec += random.gauss(0, spread)
                if abs(dec) > 90: dec, ra = math.copysign(180 - abs(dec), dec), ra + 180
                return ra % 360, dec

            for catalog in catalogs:
                documents = []
                for i in range(600):
                    ra, dec = around(*random.choice(centers), 0.01)
                    documents.append({"_id": i, "mag": random.randrange(100), "coordinates": {
                        "radec_geojson": {"type": "Point", "coordinates": [ra - 180, dec]}}})
                db[catalog].insert_many(documents)
                db[catalog].create_index([("coordinates.radec_geojson", "2dsphere"), ("_id", -1)])
            db[catalogs[1]].create_index([("mag", 1)], name="by_mag")

            def sexagesimal(ra, dec):
                hours = ra / 15
                minutes = hours % 1 * 60
                sign, rest = "-" if dec < 0 else "+", abs(dec)
                return (f"{int(hours):02d}:{int(minutes):02d}:{minutes % 1 * 60:09.6f}",
                        f"{sign}{int(rest):02d}:{int(rest % 1 * 60):02d}:{rest % 1 * 60 % 1 * 60:09.6f}")

            def degrees(pair):
                if not isinstance(pair[0], str): return float(pair[0]), float(pair[1])
                ra, dec = ([float(x) for x in t.split(":")] for t in pair)
                sign = -1 if pair[1].startswith("-") else 1
                return (ra[0] + ra[1] / 60 + ra[2] / 3600) * 15, sign * (abs(dec[0]) + dec[1] / 60 + dec[2] / 3600)

            def coordinates():
                n = random.choice([1, 2, 7, 120])
                pairs = [list(around(*random.choice(centers), 0.02)) for _ in range(n)]
                for pair in pairs:
                    if random.random() < 0.1: pair[0] = int(pair[0])
                    if random.random() < 0.1: pair[1] = float(int(pair[1]))
                form = random.randrange(6)
                if form == 0: return pairs, [(str(p), p) for p in pairs]
                if form == 1: return {f"n.{i}": p for i, p in enumerate(pairs)}, [(f"n.{i}", p) for i, p in enumerate(pairs)]
                if form == 2:
                    tuples = [tuple(p) for p in pairs]
                    return str(tuples), [(str(p), p) for p in tuples]
                if form == 3:
                    tuples = {f"n.{i}": tuple(p) for i, p in enumerate(pairs)}
                    return str(tuples), list(tuples.items())
                if form == 4:
                    text = f"{pairs[0][0]!r} {pairs[0][1]!r}"
                    pair = ast.literal_eval(f"({pairs[0][0]!r}, {pairs[0][1]!r})")
                    return text, [(str(pair), pair)]
                pair = sexagesimal(*pairs[0])
                return " ".join(pair), [(str(pair), pair)]

            units = {"arcsec": math.pi / 180 / 3600, "arcmin": math.pi / 180 / 60, "deg": math.pi / 180, "rad": 1}
            for round in range(25):
                radec, named = coordinates()
                unit = random.choice(list(units))
                radius = random.choice([0.001, 0.01, 0.03, 0.2]) * math.pi / 180 / units[unit]
                kwargs = {}
                if random.random() < 0.4: kwargs["limit"] = random.randrange(1, 6)
                if random.random() < 0.3: kwargs["skip"] = random.randrange(3)
                if random.random() < 0.4: kwargs["sort"] = [["mag", random.choice([1, -1])], ["_id", 1]]
                filters = {c: random.choice([{}, {"mag": {"$lt": 50}}, {"$or": [{"mag": 3}, {"mag": {"$gt": 60}}]}]) for c in catalogs}
                projections = {c: random.choice([{}, {"_id": 1}, {"mag": 0}, {"_id": 0, "mag": 1}, {"x": {"$add": ["$mag", 1]}}]) for c in catalogs}
                parts = {c: {"filter": filters[c], "projection": projections[c]} for c in catalogs}
                first = random.random() < 0.5
                if round % 2 == 0:
                    query = {"object_coordinates": {"cone_search_radius": random.choice([radius, repr(radius)]),
                             "cone_search_unit": unit, "radec": radec}, "catalogs": parts}
                    kind = "cone_search"
                    where = lambda ra, dec: {"$geoWithin": {"$centerSphere": [[ra - 180, dec], radius * units[unit]]}}
                else:
                    query = {"max_distance": radius, "min_distance": radius / 10, "distance_units": unit, "radec": radec, "catalogs": parts}
                    kind = "near"
                    where = lambda ra, dec: {"$nearSphere": [ra - 180, dec], "$minDistance": radius / 10 * units[unit],
                                             "$maxDistance": radius * units[unit]}
                body = {"query_type": kind, "query": query, "kwargs": {**kwargs, "filter_first": first}}
                text = requests.post(f"http://127.0.0.1:{port}/api/queries", json=body, headers={"Authorization": token}).text
                answer = json_util.loads(text)
                assert answer["status"] == "success", (answer, body)
                expected = {}
                for c in catalogs:
                    expected[c] = {}
                    for key, pair in named:
                        near = {"coordinates.radec_geojson": where(*degrees(pair))}
                        filter = {**filters[c], **near} if first else {**near, **filters[c]}
                        expected[c][key.replace(".", "_")] = list(db[c].find(filter, projections[c] or None, **kwargs))
                assert list(answer["data"]) == catalogs
                for c in catalogs:
                    assert list(answer["data"][c]) == list(expected[c]), (answer["data"][c].keys(), expected[c].keys())
                    for key, found in answer["data"][c].items():
                        same = found == expected[c][key]
                        assert same, (kind, c, key, found, expected[c][key], body if len(named) < 10 else kwargs)
            print("all is well")
            """#
    }
}
