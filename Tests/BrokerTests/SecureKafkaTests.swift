import Foundation
import Kafka
import Service
import TestSupport
import Testing

@testable import Broker

/// The settings of TLS and SASL: against a Kafka that asks for both, and what they must be together.
@Suite(.serialized) struct SecureKafkaTests {
    /// A Kafka of the test's own.
    private struct Server {
        let process: ChildProcess
        let certificates: Certificates
        let ports: [String: String]

        /// Lists the topics with settings, which needs a connection that is let in.
        func topics(
            _ way: String, _ settings: [String: String?], host: String = "127.0.0.1",
            limit: Duration = .seconds(120)
        ) async throws -> Int {
            var environment = [
                "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": "\(host):\(ports[way] ?? "")",
                "SKIPPER_KAFKA__SECURITY_PROTOCOL": way == "ssl" ? "ssl" : "sasl_ssl",
                "SKIPPER_KAFKA__TLS_CA_FILE": certificates.path("ca.pem"),
            ]
            for (key, value) in settings { environment["SKIPPER_KAFKA__\(key)"] = value }
            let configuration = try Service.Configuration.load(
                environment: environment, declared: BrokerSettings.all)
            let administration = try Administration(try BrokerSettings.kafka(configuration), limit: limit)
            let outcome: Result<Int, any Error>
            do { outcome = .success(try await administration.topics().count) } catch {
                outcome = .failure(error)
            }
            await administration.close()
            return try outcome.get()
        }

        /// Throws where somebody with these settings is kept out.
        func accepts(_ way: String, _ settings: [String: String?]) async throws {
            _ = try await topics(way, settings)
        }

        /// Expects that somebody with these settings is kept out.
        func refuses(
            _ way: String, _ settings: [String: String?], host: String = "127.0.0.1",
            sourceLocation: SourceLocation = #_sourceLocation
        ) async {
            do {
                _ = try await topics(way, settings, host: host, limit: .seconds(6))
                Issue.record("\(settings) is let in at \(host)", sourceLocation: sourceLocation)
            } catch {
                // As it must be.
            }
        }
    }

    private func withServer(_ body: (Server) async throws -> Void) async throws {
        let certificates = try await Certificates()
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Support/secure_kafka.py").standardizedFileURL.path
        let process = try ChildProcess(
            try TestEnvironment.python,
            [script, try TestEnvironment.unpacked("kafka_"), certificates.folder, certificates.folder])
        while process.output.split(separator: "\n").count < 2 {
            guard process.end() == nil else {
                throw ChildProcess.Failure(description: "no Kafka: \(process.errors)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        var ports: [String: String] = [:]
        for line in process.output.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 2 { ports[words[0]] = words[1] }
        }
        try await body(Server(process: process, certificates: certificates, ports: ports))
        process.send(SIGKILL)
        _ = try await process.ending()
    }

    @Test func clientsAreLetInByTheirSettings() async throws {
        try await withServer { server in
            let made = server.certificates
            let client = [
                "TLS_CERTIFICATE_FILE": made.path("client.crt"), "TLS_KEY_FILE": made.path("client.key"),
            ]
            try await server.accepts("ssl", client)
            // Certificate and key in one file; a key with a password.
            try await server.accepts("ssl", ["TLS_CERTIFICATE_FILE": made.path("client.pem")])
            let locked = [
                "TLS_CERTIFICATE_FILE": made.path("client.crt"),
                "TLS_KEY_FILE": made.path("client-locked.key"),
                "TLS_KEY_PASSWORD": "locked",
            ]
            try await server.accepts("ssl", locked)
            for mechanism in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] {
                let login = ["SASL_MECHANISM": mechanism, "USERNAME": "skipper", "PASSWORD": "the password"]
                try await server.accepts("sasl", login)
                await server.refuses("sasl", login.merging(["PASSWORD": "another"]) { $1 })
                await server.refuses("sasl", login.merging(["USERNAME": "nobody"]) { $1 })
            }
            await server.refuses("ssl", [:])
            await server.refuses("ssl", client.merging(["TLS_CA_FILE": made.path("other-ca.pem")]) { $1 })
            // A name that the broker's certificate does not have.
            await server.refuses("ssl", client, host: "localhost")
            await server.refuses("ssl", locked.merging(["TLS_KEY_PASSWORD": "wrong"]) { $1 })
        }
    }

    private func properties(_ settings: [String: String]) throws -> [String: String] {
        let environment = Dictionary(
            uniqueKeysWithValues: settings.map { ("SKIPPER_KAFKA__\($0.key)", $0.value) })
        let configuration = try Service.Configuration.load(
            environment: environment, declared: BrokerSettings.all)
        return try BrokerSettings.kafka(configuration).properties
    }

    /// Names of librdkafka's CONFIGURATION.md.
    @Test func settingsBecomePropertiesOfLibrdkafka() throws {
        #expect(try properties([:]) == ["security.protocol": "plaintext"])
        let login = ["SASL_MECHANISM": "SCRAM-SHA-512", "USERNAME": "u", "PASSWORD": "p"]
        #expect(
            try properties(login.merging(["SECURITY_PROTOCOL": "sasl_plaintext"]) { $1 }) == [
                "security.protocol": "sasl_plaintext", "sasl.mechanisms": "SCRAM-SHA-512",
                "sasl.username": "u",
                "sasl.password": "p",
            ])
        // Without SASL nobody is told the password.
        #expect(try properties(login) == ["security.protocol": "plaintext"])
        let file = #filePath
        #expect(
            try properties([
                "SECURITY_PROTOCOL": "ssl", "TLS_CA_FILE": file, "TLS_CERTIFICATE_FILE": file,
                "TLS_KEY_PASSWORD": "k",
            ]) == [
                "security.protocol": "ssl", "ssl.ca.location": file, "ssl.certificate.location": file,
                "ssl.key.location": file, "ssl.key.password": "k",
            ])
    }

    @Test(arguments: [
        (
            ["SECURITY_PROTOCOL": "sasl_ssl"], ["sasl_mechanism", "username", "password"],
            "must be set where kafka.security_protocol is sasl_ssl"
        ),
        (
            ["TLS_CA_FILE": "/ca.pem"], ["tls_ca_file"],
            "is of no use where kafka.security_protocol is plaintext"
        ),
        (
            ["SECURITY_PROTOCOL": "ssl", "TLS_CA_FILE": "/nowhere/ca.pem"], ["tls_ca_file"],
            "/nowhere/ca.pem is not a readable file"
        ),
        (
            ["SECURITY_PROTOCOL": "ssl", "TLS_KEY_FILE": #filePath], ["tls_key_file"],
            "needs kafka.tls_certificate_file"
        ),
    ])
    func contradictionsAreNamed(settings: [String: String], keys: [String], reason: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try properties(settings) }
        #expect(error?.faults.map(\.description) == keys.map { "settings: kafka.\($0): \(reason)" })
    }

    @Test(arguments: ["GSSAPI", "scram-sha-512", "OAUTHBEARER"])
    func otherMechanismsAreRefused(mechanism: String) {
        let error = #expect(throws: ConfigurationError.self) { try properties(["SASL_MECHANISM": mechanism]) }
        #expect(error?.description.contains("one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512") == true)
    }
}
