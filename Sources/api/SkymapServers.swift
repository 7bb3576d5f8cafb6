import Archive
import HTTP
import Service

/// The servers from which sky maps are fetched for users.
struct SkymapServers: Sendable {
    private let allowed: AllowedServers
    private let client: Client
    private let time: Duration
    private let log: Log

    /// - Throws: `AllowedServers.Refusal` where a setting names no host.
    init(_ configuration: Configuration, log: Log) throws {
        allowed = try AllowedServers(configuration[APISettings.skymapHosts])
        time = configuration[APISettings.skymapTime]
        self.log = log
        var settings = ClientSettings()
        // Two files at a time hold twice the largest size in memory.
        settings.threads = 2
        settings.connectTimeout = .seconds(10)
        settings.maximumResponseBytes = configuration[APISettings.skymapBytes]
        client = Client(settings)
    }

    /// How maps are got from them.
    var files: SkymapFiles {
        SkymapFiles(fetch: { try await fetch($0) }, exists: { try await exists($0) })
    }

    private func fetch(_ url: String) async throws -> [UInt8] {
        let address: String
        do { address = try allowed.allowed(url) } catch { throw RequestError(.value, "\(error)") }
        do {
            let response = try await client.send(ClientRequest("GET", address, timeout: time))
            guard response.status == 200 else {
                throw RequestError(.value, "the server of the sky map answered \(response.status)")
            }
            return response.body
        } catch let error as ClientError {
            log.warning("sky map not fetched", ["reason": LogValue(describing: error)])
            throw RequestError(.value, "the sky map could not be fetched from its server")
        }
    }

    private func exists(_ url: String) async throws -> Bool {
        do {
            let address = try allowed.allowed(url)
            return try await client.send(ClientRequest("HEAD", address, timeout: time)).status == 200
        } catch is AllowedServers.Refusal {
            return false
        } catch let error as ClientError {
            log.warning("sky map not looked for", ["reason": LogValue(describing: error)])
            return false
        }
    }
}
