import Archive
import Documents
import HTTP
import Mongo
import Service

/// Sends answers while they are made, so that nothing holds a whole one.
struct StreamedAnswers: Sendable {
    /// Bytes that an answer may have.
    let limit: Int
    let log: Log

    /// Documents, and bytes of them, that are asked for at a time.
    private static let (batchDocuments, batchBytes) = (10_000, 1 << 17)

    /// The JSON of an answer, begun: the envelope up to the data.
    func text(_ message: String) -> AnswerText {
        var text = AnswerText(limit: limit)
        text.append(#"{"status":"success","message":"#)
        text.append(quoting: message)
        text.append(#","data":"#)
        return text
    }

    /// `{status, message, data: […]}` with the documents of a cursor, sent as the database gives them.
    ///
    /// An answer that fits into one chunk is whole before it goes: still time for another status.
    /// - Parameters:
    ///   - message: what is said of them.
    ///   - turn: the right to run the query, which ends with the answer.
    func answer(
        _ cursor: Cursor, _ message: String, during turn: QueryTurns.Turn, _ request: Request
    ) async throws -> Response {
        var text = text(message)
        text.append("[")
        var isFirst = true
        while let batch = try await Self.next(of: cursor) {
            for (index, document) in batch.enumerated() {
                if !isFirst { text.append(",") }
                isFirst = false
                text.append(document.view)
                guard text.isFull else { continue }
                try text.check()
                let (begun, rest) = (text, batch[(index + 1)...])
                return stream(request, during: turn) { writer in
                    try await Self.send(begun, rest, cursor, to: writer)
                }
            }
        }
        text.append("]}")
        return .json(try text.take())
    }

    private static func send(
        _ begun: AnswerText, _ rest: ArraySlice<Document>, _ cursor: Cursor, to writer: BodyWriter
    ) async throws {
        var text = begun
        var batch = rest
        while true {
            for document in batch {
                text.append(",")
                text.append(document.view)
                if text.isFull { try await writer.write(try text.take()) }
            }
            guard let next = try await next(of: cursor) else { break }
            batch = next[...]
        }
        text.append("]}")
        try await writer.write(try text.take())
    }

    private static func next(of cursor: Cursor) async throws -> [Document]? {
        try await cursor.nextBatch(maximumDocuments: batchDocuments, maximumBytes: batchBytes)
    }

    /// An answer whose body is sent while it is made. Where that fails, the connection is cut, so that the client sees a
    /// truncated body.
    func stream(
        _ request: Request, during turn: QueryTurns.Turn,
        _ send: @escaping @Sendable (BodyWriter) async throws -> Void
    ) -> Response {
        let (log, identifier) = (log, request.id)
        return Response(
            status: 200, headers: ["Content-Type": "application/json; charset=utf-8"],
            body: .stream { writer in
                do {
                    try await send(writer)
                } catch {
                    if !(error is ClientGone || error is CancellationError) {
                        log.warning(
                            "answer cut off",
                            ["request.id": .string(identifier), "reason": LogValue(describing: error)])
                    }
                    throw error
                }
                withExtendedLifetime(turn) {}
            })
    }
}
