import Foundation
import Service

/// `skipper produce`: sends files as they are.
enum Produce {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, options: ["topic", "partitions"])
        guard let topic = arguments.options["topic"] else { throw UsageError("--topic is missing") }
        let files = try PacketFiles.named(arguments.words)
        var sending = try await Sending(
            try Settings.load(), topic: topic,
            partitions: try arguments.integer("partitions", default: 4, atLeast: 1), total: files.count,
            label: "sent")
        for file in files {
            try await sending.send(key: nil, packet: Array(try Data(contentsOf: URL(fileURLWithPath: file))))
        }
        try await sending.finish()
    }
}

/// The packets that a command line names.
enum PacketFiles {
    /// Files as they are, folders by their `.avro` files in order of name.
    static func named(_ words: [String]) throws -> [String] {
        guard !words.isEmpty else { throw UsageError("give files or folders") }
        let files = try words.flatMap { word -> [String] in
            guard FileManager.default.fileExists(atPath: word) else {
                throw UsageError("there is no file '\(word)'")
            }
            let kind = try FileManager.default.attributesOfItem(atPath: word)[.type] as? FileAttributeType
            guard kind == .typeDirectory else { return [word] }
            return try FileManager.default.contentsOfDirectory(atPath: word)
                .filter { $0.hasSuffix(".avro") }.sorted().map { "\(word)/\($0)" }
        }
        guard !files.isEmpty else {
            throw UsageError("there is no .avro file in \(words.joined(separator: ", "))")
        }
        return files
    }
}
