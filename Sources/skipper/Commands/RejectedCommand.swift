import Archive
import Broker
import Documents
import Foundation
import Service

/// `skipper rejected`: packets that could not be processed.
enum RejectedCommand {
    @Sendable static func run(_ words: [String]) async throws {
        guard let verb = words.first else { throw UsageError("list, show or retry") }
        let rest = Array(words.dropFirst())
        switch verb {
        case "list":
            let arguments = try Arguments(rest, options: ["limit"])
            try arguments.noWords()
            let limit = try arguments.integer("limit", default: 1000, atLeast: 1)
            try await Settings.withArchive(try Settings.load()) { archive in
                for packet in try await archive.rejected.list(limit: limit) { print(packet) }
            }
        case "show":
            let arguments = try Arguments(rest, options: ["out"])
            let id = try arguments.word("id")
            try await Settings.withArchive(try Settings.load()) {
                try await show(id, arguments.options["out"], $0.rejected)
            }
        case "retry":
            let ids = try Arguments(rest).words
            let configuration = try Settings.load()
            try await Settings.withArchive(configuration) { try await retry(ids, configuration, $0) }
        default: throw UsageError("unknown verb '\(verb)'; list, show or retry")
        }
    }

    /// Prints why a packet was rejected, and writes its bytes to a file.
    private static func show(_ id: String, _ file: String?, _ rejected: RejectedPackets) async throws {
        guard let packet = try await rejected.packet(id) else {
            throw CommandError("there is no packet '\(id)'")
        }
        print("\(packet.id): \(packet.reason)")
        print(packet.payload.map { "\($0.count) bytes" } ?? "no payload")
        if let file { try Data(packet.payload ?? []).write(to: URL(fileURLWithPath: file)) }
    }

    /// Processes packets again, all of them where none is named; those that succeed are forgotten here.
    /// - Throws: `CommandError` where some do not; at once where the database is at fault.
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
                throw CommandError("there is no packet '\(id)'")
            }
            do {
                guard let payload = packet.payload else {
                    throw UnusablePacket(field: "packet", reason: "the message has no payload")
                }
                let outcome = try await recorder.record(try decoder.alerts(in: payload))
                if let fault = outcome.unusable.values.first { throw fault }
                try await rejected.forget(packet)
                stored += 1
            } catch let fault where fault is UnusablePacket || fault is AvroError {
                print("\(id): \(fault)")
            }
        }
        print("\(stored) of \(wanted.count) processed")
        guard stored == wanted.count else { throw CommandError("the others are still not usable, see above") }
    }
}
