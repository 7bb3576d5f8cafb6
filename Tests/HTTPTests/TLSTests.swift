import Foundation
import HTTP
import Service
import Testing

/// With certificates that the openssl command makes.
@Suite(.timeLimit(.minutes(10))) struct TLSTests {
    /// A folder with a fresh key and a certificate for 127.0.0.1, which signs itself.
    private static func certificate() async throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let threads = WorkerThreads(name: "openssl", count: 1)
        let status = try await threads.run {
            let command = Process()
            command.executableURL = URL(filePath: "/usr/bin/env")
            command.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                folder.appending(path: "key.pem").path, "-out",
                folder.appending(path: "certificate.pem").path,
            ]
            command.standardError = FileHandle.nullDevice
            try command.run()
            command.waitUntilExit()
            return command.terminationStatus
        }
        #expect(status == 0)
        return folder
    }

    @Test func aClientThatTrustsTheCertificateIsServedAndNoOther() async throws {
        let folder = try await Self.certificate()
        defer { try? FileManager.default.removeItem(at: folder) }
        var settings = ServerSettings()
        settings.certificateFile = folder.appending(path: "certificate.pem").path
        settings.privateKeyFile = folder.appending(path: "key.pem").path
        try await withServer(settings) { request in
            if request.path == "/stream" {
                return Response(
                    status: 200,
                    body: .stream { writer in
                        for _ in 0..<100 { try await writer.write([UInt8](repeating: 1, count: 10_000)) }
                    })
            }
            return .text("\(request.body.count)")
        } _: { server in
            let url = "https://127.0.0.1:\(server.port)"
            let trusting = directClient { $0.certificateAuthorityFile = settings.certificateFile }
            let body = [UInt8](repeating: 9, count: 500_000)
            #expect(try await trusting.send(ClientRequest("POST", url + "/", body: body)).text == "500000")
            let streamed = try await trusting.send(ClientRequest("GET", url + "/stream"))
            #expect(streamed.body == [UInt8](repeating: 1, count: 1_000_000))

            let error = await #expect(throws: ClientError.self) {
                try await directClient().send(ClientRequest("GET", url + "/"))
            }
            // CURLE_PEER_FAILED_VERIFICATION
            #expect(error?.code == 60)

            let plain = try RawSocket(port: server.port)
            try await plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await !plain.readToEnd().contains("HTTP"))
        }
    }

    @Test func whatIsNoCertificateStopsTheStart() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "nonsense.pem")
        try Data("nonsense".utf8).write(to: file)
        var settings = ServerSettings()
        settings.certificateFile = file.path
        #expect(throws: HTTPError("a certificate needs a private key and the other way round")) {
            _ = try Server(settings) { _ in .text("") }
        }
        settings.privateKeyFile = file.path
        #expect(throws: HTTPError.self) { _ = try Server(settings) { _ in .text("") } }
        settings.privateKeyFile = "/nowhere/key.pem"
        #expect(throws: HTTPError("cannot read /nowhere/key.pem")) {
            _ = try Server(settings) { _ in .text("") }
        }
    }
}
