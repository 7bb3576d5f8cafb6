import Documents
import HTTP
import Mongo

extension Answer {
    /// Bytes of JSON that are put together before they are sent.
    private static let chunkBytes = 1 << 18
    /// Bytes of documents that are asked for at a time.
    private static let batchBytes = 1 << 20

    /// `{status, message, data: […]}` with the documents of a cursor, sent as the database gives them.
    ///
    /// An answer that fits into one chunk is whole before it goes: still time for another status.
    /// - Parameters:
    ///   - message: what is said of them.
    ///   - turn: the right to run the query, which ends with the answer.
    static func stream(
        _ cursor: Cursor, _ message: String, during turn: QueryTurns.Turn
    ) async throws -> Response {
        var array = JSONArray(after: message)
        while let batch = try await cursor.nextBatch(maximumBytes: batchBytes) {
            for (index, document) in batch.enumerated() {
                array.append(document)
                guard array.bytes.count > chunkBytes else { continue }
                let (begun, rest) = (array, batch[(index + 1)...])
                return Response(
                    status: 200, headers: ["Content-Type": "application/json; charset=utf-8"],
                    body: .stream { writer in
                        try await send(begun, rest, cursor, to: writer)
                        withExtendedLifetime(turn) {}
                    })
            }
        }
        return .json(array.bytes + "]}".utf8)
    }

    private static func send(
        _ begun: JSONArray, _ rest: ArraySlice<Document>, _ cursor: Cursor, to writer: BodyWriter
    ) async throws {
        var array = begun
        var batch = rest
        while true {
            for document in batch {
                array.append(document)
                if array.bytes.count > chunkBytes { try await writer.write(array.take()) }
            }
            guard let next = try await cursor.nextBatch(maximumBytes: batchBytes) else { break }
            batch = next[...]
        }
        try await writer.write(array.take() + "]}".utf8)
    }
}

/// A JSON array of documents that is being written.
private struct JSONArray {
    private(set) var bytes: [UInt8]
    private var isFirst = true

    /// The envelope up to the array's bracket.
    init(after message: String) {
        bytes = Array(#"{"status":"success","message":"#.utf8)
        ExtendedJSON.append(text: message, to: &bytes)
        bytes += #","data":["#.utf8
    }

    mutating func append(_ document: Document) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        ExtendedJSON.append(document, to: &bytes, mode: .relaxed)
    }

    /// What is written so far, which is then let go.
    mutating func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        bytes.reserveCapacity(taken.count)
        return taken
    }
}
