import Archive
import Broker
import Foundation
import Service

/// `skipper rejected`: packets that could not be processed.
enum RejectedCommand {
    @Sendable static func run(_ words: [String]) async throws {
        guard let verb = words.first else { throw UsageError("list, show or retry") }
        let arguments = try Arguments(Array(words.dropFirst()), options: ["limit", "out"])
        let configuration = try Settings.load()
        let archive = try Settings.archive(configuration)
        switch verb {
        case "list":
            for packet in try await archive.rejected.list(
                limit: try arguments.integer("limit", default: 1000, atLeast: 1))
            {
                print(packet)
            }
        case "show": try await show(try arguments.word("id"), arguments.options["out"], archive.rejected)
        case "retry": try await retry(arguments.words, configuration, archive)
        default: throw UsageError("unknown verb '\(verb)'; list, show or retry")
        }
    }

    /// Prints why a packet was rejected, and writes its bytes to a file.
    private static func show(_ id: String, _ file: String?, _ rejected: RejectedPackets) async throws {
        guard let packet = try await rejected.packet(id) else {
            throw UsageError("there is no packet '\(id)'")
        }
        print("\(packet.id): \(packet.reason)")
        print(packet.payload.map { "\($0.count) bytes" } ?? "no payload")
        if let file { try Data(packet.payload ?? []).write(to: URL(fileURLWithPath: file)) }
    }

    /// Processes packets again, all of them where none is named; those that succeed are forgotten here.
    private static func retry(_ ids: [String], _ configuration: Configuration, _ archive: Archive)
        async throws
    {
        let rejected = archive.rejected
        let wanted = ids.isEmpty ? try await rejected.ids() : ids
        let decoder = PacketDecoder(.ztf, tasks: 1, packetBytes: configuration[BrokerSettings.packetBytes])
        let recorder = archive.recorder(of: .ztf, writers: 1)
        var stored = 0
        for id in wanted {
            guard let packet = try await rejected.packet(id) else {
                throw UsageError("there is no packet '\(id)'")
            }
            do {
                guard let payload = packet.payload else {
                    throw UnusablePacket(field: "packet", reason: "the message has no payload")
                }
                let outcome = try await recorder.record(try decoder.alerts(in: payload))
                if let fault = outcome.unusable.values.first { throw fault }
                try await rejected.forget(packet)
                stored += 1
            } catch {
                print("\(id): \(error)")
            }
        }
        print("\(stored) of \(wanted.count) processed")
    }
}
