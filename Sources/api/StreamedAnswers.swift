import Archive
import Documents
import HTTP
import Mongo
import Service
import Synchronization

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

    /// Documents as they come, and what is said of them in the end.
    struct Source: Sendable {
        /// The next documents; nil at the end.
        let next: @Sendable () async throws -> [Document]?
        /// Further fields of the answer, once there are no more documents.
        var trailer: (@Sendable () async throws -> Document)?
    }

    /// `{status, message, data: […]}` with the documents of a cursor, sent as the database gives them.
    func answer(
        _ cursor: Cursor, _ message: String, during turn: QueryTurns.Turn, _ request: Request
    ) async throws -> Response {
        try await answer(Source { try await Self.next(of: cursor) }, message, during: turn, request)
    }

    /// `{status, message, data: […], …}` with documents as they come.
    ///
    /// An answer that fits into one chunk is whole before it goes: still time for another status.
    /// - Parameters:
    ///   - source: the documents.
    ///   - message: what is said of them.
    ///   - turn: the right to run the query, which ends with the answer.
    func answer(
        _ source: Source, _ message: String, during turn: QueryTurns.Turn, _ request: Request
    ) async throws -> Response {
        var text = text(message)
        text.append("[")
        var isFirst = true
        while let batch = try await source.next() {
            for (index, document) in batch.enumerated() {
                if !isFirst { text.append(",") }
                isFirst = false
                text.append(document.view)
                guard text.isFull else { continue }
                try text.check()
                let begun = Begun(text, batch[(index + 1)...])
                return stream(request, during: turn) { writer in
                    try await Self.send(begun, source, to: writer)
                }
            }
        }
        try await Self.end(&text, source)
        return .json(try text.take())
    }

    /// What there is of an answer when it begins to be sent. Whoever sends takes it out, so that it is not kept as long as
    /// the answer takes.
    private final class Begun: Sendable {
        private let content: Mutex<(text: AnswerText, rest: ArraySlice<Document>)?>

        init(_ text: AnswerText, _ rest: ArraySlice<Document>) { content = Mutex((text, rest)) }

        /// The text, and the documents after it; nil when they were taken before.
        func take() -> (text: AnswerText, rest: ArraySlice<Document>)? {
            content.withLock { content in
                defer { content = nil }
                return content
            }
        }
    }

    private static func send(_ begun: Begun, _ source: Source, to writer: BodyWriter) async throws {
        guard var (text, batch) = begun.take() else { return }
        while true {
            for document in batch {
                text.append(",")
                text.append(document.view)
                if text.isFull { try await writer.write(try text.take()) }
            }
            // It need not wait for the next one.
            batch = []
            guard let next = try await source.next() else { break }
            batch = next[...]
        }
        try await end(&text, source)
        try await writer.write(try text.take())
    }

    /// Ends the data and the answer.
    private static func end(_ text: inout AnswerText, _ source: Source) async throws {
        text.append("]")
        if let trailer = try await source.trailer?(), !trailer.isEmpty {
            text.append(",")
            text.append(fieldsOf: trailer)
        }
        text.append("}")
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
