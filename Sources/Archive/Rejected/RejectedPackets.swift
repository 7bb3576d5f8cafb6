public import Documents
public import Mongo

/// The packets that could not be processed.
public struct RejectedPackets: Sendable {
    private let database: Database

    /// - Parameter database: where the collection `rejected` is.
    public init(_ database: Database) { self.database = database }

    /// The largest piece of a payload in one document: a document may have 16 MiB.
    private static let pieceSize = 8 << 20

    /// Keeps packets; a packet kept before stays as it is.
    /// - Parameter now: milliseconds since 1970.
    public func keep(_ packets: [RejectedPacket], now: Int64) async throws {
        guard !packets.isEmpty else { return }
        let result = try await database.insert(
            Collections.rejected, packets.flatMap { documents(of: $0, now: now) }, ordered: false)
        if let failure = result.failures.first { throw failure.error }
    }

    /// A payload larger than a document goes into several; the later pieces carry the number of the piece.
    private func documents(of packet: RejectedPacket, now: Int64) -> [Document] {
        let payload = packet.payload ?? []
        return stride(from: 0, to: max(1, payload.count), by: Self.pieceSize).enumerated().map {
            piece, start in
            var writer = DocumentWriter(capacity: 512)
            writer.append("_id", string: piece == 0 ? packet.id : "\(packet.id)#\(piece)")
            writer.append("topic", string: packet.topic)
            writer.append("partition", int32: packet.partition)
            writer.append("offset", int64: packet.offset)
            writer.append("reason", string: packet.reason)
            writer.append("time", .datetime(now))
            if piece > 0 { writer.append("piece", int32: Int32(truncatingIfNeeded: piece)) }
            if packet.payload == nil {
                writer.append("packet", .null)
            } else {
                writer.append(
                    "packet", binary: Array(payload[start..<min(start + Self.pieceSize, payload.count)]))
            }
            return writer.finish()
        }
    }

    /// The packets kept, oldest first, without their payloads.
    public func list(limit: Int) async throws -> [Document] {
        let cursor = try await database.find(
            Collections.rejected, filter: ["piece": ["$exists": false]],
            options: .init(projection: ["packet": 0], sort: ["time": 1, "_id": 1], limit: limit))
        var documents: [Document] = []
        while let batch = try await cursor.nextBatch() { documents += batch }
        return documents
    }

    /// The keys of all packets kept, oldest first.
    public func ids() async throws -> [String] {
        let cursor = try await database.find(
            Collections.rejected, filter: ["piece": ["$exists": false]],
            options: .init(projection: ["_id": 1], sort: ["time": 1, "_id": 1]))
        var ids: [String] = []
        while let batch = try await cursor.nextBatch() { ids += batch.compactMap { $0.string(at: "_id") } }
        return ids
    }

    /// One packet with its payload, by its key or, where the fingerprint is left out, the latest of that place; nil where
    /// there is none.
    public func packet(_ key: String) async throws -> RejectedPacket? {
        guard let first = try await first(key), let id = first.string(at: "_id"),
            let topic = first.string(at: "topic"), let partition = first.int64(at: "partition"),
            let offset = first.int64(at: "offset")
        else { return nil }
        var payload = first.binary(at: "packet").map(Array.init)
        var piece = 1
        while let more = try await database.findOne(
            Collections.rejected, filter: ["_id": .string("\(id)#\(piece)")])
        {
            payload? += more.binary(at: "packet") ?? []
            piece += 1
        }
        return RejectedPacket(
            topic: topic, partition: Int32(truncatingIfNeeded: partition), offset: offset,
            reason: first.string(at: "reason") ?? "", payload: payload)
    }

    private func first(_ key: String) async throws -> Document? {
        if let exact = try await database.findOne(Collections.rejected, filter: ["_id": .string(key)]) {
            return exact
        }
        let parts = key.split(separator: "/")
        guard parts.count >= 3, let partition = Int32(parts[parts.count - 2]),
            let offset = Int64(parts[parts.count - 1])
        else { return nil }
        return try await database.findOne(
            Collections.rejected,
            filter: [
                "topic": .string(parts.dropLast(2).joined(separator: "/")), "partition": .int32(partition),
                "offset": .int64(offset), "piece": ["$exists": false],
            ], options: .init(sort: ["time": -1]))
    }

    /// Forgets packets, after they were processed.
    public func forget(_ packet: RejectedPacket) async throws {
        let pieces = max(1, ((packet.payload?.count ?? 0) + Self.pieceSize - 1) / Self.pieceSize)
        let ids = (0..<pieces).map { Value.string($0 == 0 ? packet.id : "\(packet.id)#\($0)") }
        _ = try await database.bulkWrite(
            Collections.rejected, [.deleteMany(filter: ["_id": ["$in": .list(ids)]])], ordered: false)
    }
}
