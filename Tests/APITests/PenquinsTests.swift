import Foundation
import HTTP
import Mongo
import Testing

extension Conformance {
    /// penquins, the clients' own library, as it is.
    @Suite struct PenquinsTests {
        @Test func connectsPingsAndQueries() async throws {
            let api = try RunningAPI.current
            let printed = try await python(
                Self.script, [String(api.port), RunningAPI.adminPassword, try RunningAPI.token("reader")])
            #expect(printed == "all is well\n")
        }

        private static let script = """
            import datetime, sys
            import bson
            from penquins import Kowalski, __version__

            assert __version__ == "2.4.2", __version__
            port, password, token = int(sys.argv[1]), sys.argv[2], sys.argv[3]
            server = {"protocol": "http", "host": "127.0.0.1", "port": port}

            kowalski = Kowalski(username="admin", password=password, timeout=20, **server)
            assert kowalski.ping("default")
            catalogs = kowalski.get_catalogs_all()["default"]
            assert {"ZTF_alerts", "ZTF_alerts_aux", "stars", "empty"} <= set(catalogs), catalogs

            def ask(kind, query, **kwargs):
                answer = kowalski.query({"query_type": kind, "query": query, "kwargs": kwargs})["default"]
                assert answer["status"] == "success", answer
                assert answer["message"] == "Successfully executed query", answer
                return answer.get("data")

            find = {"catalog": "stars", "filter": {"group": 1}, "projection": {"_id": 1}}
            assert ask("find", find, sort=[["_id", -1]], limit=2, max_time_ms=5000) == [{"_id": 17}, {"_id": 13}]
            assert ask("find", {"catalog": "empty", "filter": {}}, save=False) == []
            assert ask("count_documents", {"catalog": "stars", "filter": {}}) == 20
            assert ask("estimated_document_count", {"catalog": "ZTF_alerts"}) == 4
            assert ask("find_one", {"catalog": "stars", "filter": {"_id": -1}}) is None
            group = [{"$group": {"_id": None, "n": {"$sum": 1}}}]
            assert ask("aggregate", {"catalog": "stars", "pipeline": group}, allowDiskUse=True) == [{"_id": None, "n": 20}]
            # Without what no datetime of Python's can hold.
            value = ask("find_one", {"catalog": "values", "filter": {}, "projection": {"late": 0}})
            assert value["_id"] == bson.ObjectId("0123456789abcdef01234567"), value
            assert value["time"] == datetime.datetime(2020, 1, 2, 3, 4, 5, 678000), value
            assert value["candid"] == 1127561445515015011 and value["binary"] == bytes([1, 2, 3]), value
            assert value["infinity"] == float("inf") and value["nan"] != value["nan"], value

            # Several queries at a time.
            queries = [{"query_type": "find", "query": {"catalog": "stars", "filter": {"_id": i}}} for i in range(20)]
            answers = kowalski.query(queries=queries, use_batch_query=True, max_n_threads=4)["default"]
            assert sorted(a["data"][0]["_id"] for a in answers) == list(range(20)), answers

            answer = kowalski.query({"query_type": "find", "query": {"catalog": "stars", "filter": {"$nothing": 1}}})
            assert answer["default"]["status"] == "error", answer
            assert kowalski.api("get", "api/nothing")["message"] == "Not Found"

            # By a token; a user who may see less.
            reader = Kowalski(token=token, **server)
            assert reader.ping("default")
            alerts = {"query_type": "find", "query": {"catalog": "ZTF_alerts", "filter": {}}}
            assert [a["_id"] for a in reader.query(alerts)["default"]["data"]] == [1]
            try:
                Kowalski(username="admin", password="wrong", **server)
            except ValueError as error:
                assert "Failed to add instance" in str(error), error
            else:
                raise AssertionError("a wrong password is taken")
            print("all is well")
            """
    }
}
