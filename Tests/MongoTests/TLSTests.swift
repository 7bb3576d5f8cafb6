import Documents
import Foundation
import Mongo
import TestSupport
import Testing

/// Connections to a mongod that speaks TLS only and wants to see a certificate.
@Suite(.serialized) struct TLSTests {
    /// A mongod of the test's own.
    private struct Server {
        let process: ChildProcess
        let port: UInt16
        let certificates: Certificates

        /// The settings of a client that is let in.
        func settings(host: String = "127.0.0.1", options: String = "") -> MongoSettings {
            var settings = MongoSettings(
                uri: ConnectionString("mongodb://\(host):\(port)/?directConnection=true\(options)"),
                database: "tls")
            settings.certificateAuthorityFile = certificates.path("ca.pem")
            settings.clientCertificateFile = certificates.path("client.pem")
            settings.serverSelectionTimeout = .seconds(60)
            return settings
        }

        /// Runs a command with settings.
        func ask(_ settings: MongoSettings, _ command: Document = ["connectionStatus": 1]) async throws
            -> Document
        {
            let database = try Database(settings)
            let outcome: Result<Document, any Error>
            do { outcome = .success(try await database.run(command: command, on: "admin")) } catch {
                outcome = .failure(error)
            }
            await database.close()
            return try outcome.get()
        }

        /// Expects that somebody with these settings is kept out; why.
        @discardableResult
        func refuses(
            _ who: String, host: String = "127.0.0.1", sourceLocation: SourceLocation = #_sourceLocation,
            _ change: (inout MongoSettings) -> Void = { _ in }
        ) async -> String {
            var settings = settings(host: host)
            settings.serverSelectionTimeout = .seconds(3)
            change(&settings)
            do {
                _ = try await ask(settings)
                Issue.record("\(who) is let in", sourceLocation: sourceLocation)
                return ""
            } catch { return "\(error)" }
        }
    }

    private func withServer(_ body: (Server) async throws -> Void) async throws {
        let certificates = try await Certificates()
        let port = try freePort()
        try FileManager.default.createDirectory(
            atPath: certificates.path("data"), withIntermediateDirectories: true)
        let process = try ChildProcess(
            try TestEnvironment.unpacked("mongodb-", "mongod"),
            [
                "--dbpath", certificates.path("data"), "--bind_ip", "127.0.0.1", "--port", "\(port)",
                "--nounixsocket", "--tlsMode", "requireTLS", "--tlsCertificateKeyFile",
                certificates.path("server.pem"),
                "--tlsCAFile", certificates.path("ca.pem"), "--wiredTigerCacheSizeGB", "0.25",
                "--setParameter", "diagnosticDataCollectionEnabled=false",
            ])
        let server = Server(process: process, port: port, certificates: certificates)
        // Fails with the reason where mongod does not come.
        _ = try await server.ask(server.settings())
        try await body(server)
        process.send(SIGTERM)
        _ = try await process.ending()
    }

    @Test func certificatesOfBothSidesAreAskedFor() async throws {
        try await withServer { server in
            let made = server.certificates
            let usual = try await server.ask(server.settings())
            #expect(usual["ok"]?.double == 1)
            var locked = server.settings()
            locked.clientCertificateFile = made.path("client-locked.pem")
            locked.clientKeyPassword = "locked"
            let withPassword = try await server.ask(locked)
            #expect(withPassword["ok"]?.double == 1)
            await server.refuses("who believes an authority that has not signed the server's certificate") {
                $0.certificateAuthorityFile = made.path("other-ca.pem")
            }
            await server.refuses("who believes the system's authorities") {
                $0.certificateAuthorityFile = nil
            }
            let reason = await server.refuses(
                "who asks for a name that is not in the certificate", host: "127.1")
            #expect(reason.contains("hostname mismatch"), "\(reason)")
            await server.refuses("who has no certificate") { $0.clientCertificateFile = nil }
            await server.refuses("who has not the password of the key") {
                $0.clientCertificateFile = made.path("client-locked.pem")
                $0.clientKeyPassword = "wrong"
            }
            await server.refuses("who speaks no TLS") {
                $0.certificateAuthorityFile = nil
                $0.clientCertificateFile = nil
            }
        }
    }

    @Test func certificateLogsIn() async throws {
        try await withServer { server in
            // RFC 4514: the last part of the subject first.
            let name = "CN=skipper,O=Clients"
            let database = try Database(server.settings())
            _ = try await database.run(
                command: ["createUser": .string(name), "roles": [["role": "readWrite", "db": "tls"]]],
                on: "$external")
            await database.close()
            let settings = server.settings(options: "&authMechanism=MONGODB-X509&authSource=$external")
            let status = try await server.ask(settings)
            let users = status.documents(at: "authInfo.authenticatedUsers").compactMap {
                $0.string(at: "user")
            }
            #expect(users == [name])
        }
    }

    @Test func fileThatCannotBeReadIsNamed() throws {
        var settings = MongoSettings(uri: "mongodb://127.0.0.1:1/", database: "tls")
        settings.certificateAuthorityFile = "/nowhere/ca.pem"
        let error = #expect(throws: MongoError.self) { try Database(settings) }
        #expect(error?.reason == "/nowhere/ca.pem is not a readable file")
    }
}
