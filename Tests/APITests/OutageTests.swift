import Documents
import Foundation
import HTTP
import Mongo
import Testing

/// What the API does while the database is not there.
///
/// Between the two stands a forwarder, which can be started late, stopped and paused.
@Suite struct OutageTests {
    /// Forwards a port of its own to the database.
    private static let forwarder = """
        import socket, sys, threading

        def pump(one, other):
            try:
                while data := one.recv(65536):
                    other.sendall(data)
            except OSError:
                pass
            for end in one, other:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        while True:
            client, _ = listening.accept()
            server = socket.create_connection((sys.argv[2], int(sys.argv[3])))
            for pair in (client, server), (server, client):
                threading.Thread(target=pump, args=pair, daemon=True).start()
        """

    /// A port that nobody listens on.
    private func freePort() async throws -> String {
        let script = "import socket; print(socket.create_server(('127.0.0.1', 0)).getsockname()[1])"
        return try await python(script).trimmingCharacters(in: .newlines)
    }

    private func startForwarder(_ port: String) throws -> ChildProcess {
        let authority = try TestEnvironment.mongodb.dropFirst("mongodb://".count).prefix {
            $0 != "/" && $0 != ","
        }
        let server = authority.split(separator: "@").last ?? authority
        let parts = server.split(separator: ":")
        return try ChildProcess(
            try TestEnvironment.python,
            ["-c", Self.forwarder, port, String(parts[0]), parts.count > 1 ? String(parts[1]) : "27017"])
    }

    private static let query = #"{"query_type": "find", "query": {"catalog": "stars", "filter": {}}}"#

    @Test func startsWithoutTheDatabaseAndRecovers() async throws {
        let port = try await freePort()
        try await withAPI(
            uri: "mongodb://127.0.0.1:\(port)/?directConnection=true",
            settings: ["SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "0.5"]
        ) { api in
            let login = #"{"username": "admin", "password": "\#(RunningAPI.adminPassword)"}"#
            func isOut() async throws -> Bool {
                #expect(try await api.send("GET", "/healthz").status == 200)
                let ready = try await api.send("GET", "/readyz")
                guard ready.status == 503 else { return false }
                #expect(ready.text == "database: not usable\n")
                #expect(try await api.ask(Self.query).isError(503, "Service Unavailable"))
                #expect(
                    try await api.send("POST", "/api/auth", body: login).isError(503, "Service Unavailable"))
                // What needs no database is answered as ever.
                #expect(try await api.send("GET", "/").isError(401, "Unauthorized"))
                #expect(try await api.send("GET", "/", token: "x").isError(400, "token is invalid"))
                #expect(try await api.send("GET", "/nothing").status == 404)
                #expect(try await api.send("GET", "/metrics").status == 200)
                return true
            }
            func isIn() async throws -> Bool {
                guard try await api.send("GET", "/readyz").status == 200 else { return false }
                #expect(try await api.ask(Self.query).data == [])
                #expect(try await api.send("POST", "/api/auth", body: login).status == 200)
                return true
            }
            #expect(try await isOut())
            let forwarder = try startForwarder(port)
            #expect(try await eventually { try await isIn() }, "\(api.process.errors)")
            forwarder.send(SIGKILL)
            _ = try await forwarder.ended()
            #expect(try await eventually { try await isOut() }, "\(api.process.errors)")
            let next = try startForwarder(port)
            #expect(try await eventually { try await isIn() }, "\(api.process.errors)")
            // A database that hangs is told from one that answers, and goes on where it stood.
            next.send(SIGSTOP)
            async let waiting = api.ask(Self.query)
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 503 })
            #expect(try await api.send("GET", "/healthz").status == 200)
            next.send(SIGCONT)
            #expect(try await waiting.data == [])
            #expect(try await eventually { try await isIn() })
            // The log says why, and without the whole of the address.
            #expect(api.process.errors.contains("database not usable"))
        }
    }

    @Test func endsInOrderWithoutTheDatabase() async throws {
        let port = try await freePort()
        try await withAPI(
            uri: "mongodb://127.0.0.1:\(port)/?directConnection=true",
            settings: ["SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "2"]
        ) { (api) async throws in
            #expect(try await api.send("GET", "/readyz").status == 503)
        }
    }
}
