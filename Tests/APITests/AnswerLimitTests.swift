import Documents
import Foundation
import Mongo
import Testing

/// Limits of answers, and what many of them cost.
@Suite struct AnswerLimitTests {
    /// 400 documents of 50 kB at one place: 27 MB of JSON.
    private func fill(_ api: RunningAPI) async throws {
        let place: Value = ["radec_geojson": ["type": "Point", "coordinates": [-170, 20]]]
        let data = Value.binary(subtype: 0, [UInt8](repeating: 7, count: 50_000))
        _ = try await api.database.insert(
            "large", (0..<400).map { ["_id": .integer($0), "data": data, "coordinates": place] })
        let keys: Document = ["coordinates.radec_geojson": "2dsphere"]
        try await api.database.createIndexes("large", [Index(name: "radec", keys: keys)])
        #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
    }

    private static let find = #"{"query_type": "find", "query": {"catalog": "large", "filter": {}}}"#
    private static let cone =
        #"{"query_type": "cone_search", "query": {"object_coordinates": {"cone_search_radius": 1, "#
        + #""cone_search_unit": "arcsec", "radec": {"a": [10, 20], "b": [10, 20], "c": [10, 20]}}, "#
        + #""catalogs": {"large": {}, "nowhere": {}}}}"#

    /// Asks on a connection of its own and returns once the answer has begun.
    private func begin(_ body: String, _ api: RunningAPI, as user: String) async throws -> RawSocket {
        let socket = try RawSocket(port: api.port)
        try await socket.send(
            "POST /api/queries HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Authorization: \(try RunningAPI.token(user))\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        return socket
    }

    @Test func tooLargeAnAnswerIsCutOffOrRefused() async throws {
        try await withAPI(settings: ["SKIPPER_SERVER__MAX_ANSWER_SIZE": "1000000"]) { api in
            try await fill(api)
            // Known before the first byte: 400.
            let small = try await withAPIOfLimit(1024, on: api.database) { try await $0.ask(Self.find) }
            #expect(small.status == 400)
            #expect(small.message?.hasPrefix("ValueError: the answer is larger than 1024 bytes") == true)
            for body in [Self.find, Self.cone] {
                let text = try await begin(body, api, as: "admin").readToEnd()
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(text.utf8.count > 300_000 && text.utf8.count < 1_300_000)
                // A chunked body without its end.
                #expect(!text.hasSuffix("0\r\n\r\n"))
            }
            #expect(api.process.errors.contains("answer cut off"))
            // It is one answer's limit.
            let one = try await api.ask("find", #"{"catalog": "large", "filter": {}}"#, #"{"limit": 10}"#)
            #expect(one.documents.count == 10)
        }
    }

    private func withAPIOfLimit(
        _ limit: Int, on database: Database, _ body: (RunningAPI) async throws -> Reply
    ) async throws -> Reply {
        let api = try await RunningAPI.start(
            on: database, settings: ["SKIPPER_SERVER__MAX_ANSWER_SIZE": String(limit)])
        #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
        let reply = try await body(api)
        try await api.stop()
        return reply
    }

    /// The client reads some of a large search and no more: the cursors wait for it, and end when it goes.
    @Test func abandonedSearchesEndInTheServer() async throws {
        try await withAPI { api in
            try await fill(api)
            try await api.add("distracted", programs: [1])
            let socket = try await begin(Self.cone, api, as: "distracted")
            #expect(try await socket.read(bytes: 100_000).hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await api.isBusy(for: "distracted"))
            socket.close()
            #expect(try await eventually { try await !api.isBusy(for: "distracted") })
            // So do searches that have not answered yet.
            let sum =
                #"{"$sum": {"$map": {"input": {"$range": [0, 20000]}, "in": {"$sum": {"$range": [0, 5000]}}}}}"#
            let slow = Self.cone.replacing(
                #""large": {}"#, with: #""large": {"filter": {"$expr": {"$lt": [\#(sum), 0]}}}"#)
            let waiting = try await begin(slow, api, as: "distracted")
            #expect(try await eventually { try await api.isBusy(for: "distracted") })
            waiting.close()
            #expect(try await eventually { try await !api.isBusy(for: "distracted") })
        }
    }

    /// Slow readers hold little: 40 answers of 27 and 80 MB, 2 GB in all.
    @Test func slowReadersHoldLittleMemory() async throws {
        let settings = ["SKIPPER_SERVER__QUERIES_PER_USER": "64", "SKIPPER_DATABASE__MAX_POOL_SIZE": "64"]
        try await withAPI(settings: settings) { api in
            try await fill(api)
            var sockets: [RawSocket] = []
            for index in 0..<40 {
                sockets.append(try await begin(index % 2 == 0 ? Self.find : Self.cone, api, as: "admin"))
            }
            for socket in sockets { _ = try await socket.read(bytes: 500_000) }
            let status = try String(contentsOfFile: "/proc/\(api.process.identifier)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            let kilobytes = try #require(line.split(separator: " ").compactMap { Int($0) }.first)
            #expect(kilobytes < 500_000, "\(line)")
            for socket in sockets { socket.close() }
        }
    }
}
