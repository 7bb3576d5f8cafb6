import Archive
import Documents
import HTTP
import Service

/// The JSON of an answer while it is put together, piece by piece.
struct AnswerText: Sendable {
    /// Bytes that are put together before they are sent. An answer of no more is whole before it goes, so that there is
    /// still time for another status.
    private static let chunkBytes = 1 << 17

    /// What is written and not taken.
    private(set) var bytes: [UInt8] = []
    private var takenCount = 0
    private let limit: Int

    /// - Parameter limit: how many bytes the whole may have.
    init(limit: Int) { self.limit = limit }

    /// Whether it is time to send.
    var isFull: Bool { bytes.count > Self.chunkBytes }

    /// Appends JSON.
    mutating func append(_ json: String) { bytes.append(contentsOf: json.utf8) }

    /// Appends a document.
    mutating func append(_ document: DocumentView) {
        ExtendedJSON.append(document, to: &bytes, mode: .relaxed)
    }

    /// Appends the fields of a document, without its braces.
    mutating func append(fieldsOf document: Document) {
        var json: [UInt8] = []
        ExtendedJSON.append(document, to: &json, mode: .relaxed)
        bytes.append(contentsOf: json.dropFirst().dropLast())
    }

    /// Appends a string, quoted.
    mutating func append(quoting text: String) { ExtendedJSON.append(text: text, to: &bytes) }

    /// Says whether what is written so far is too much.
    /// - Throws: `AnswerTooLarge`.
    func check() throws(AnswerTooLarge) {
        guard takenCount + bytes.count <= limit else { throw AnswerTooLarge(limit: limit) }
    }

    /// What is written so far, which is then let go.
    /// - Throws: `AnswerTooLarge`.
    mutating func take() throws(AnswerTooLarge) -> [UInt8] {
        try check()
        takenCount += bytes.count
        let taken = bytes
        bytes = []
        bytes.reserveCapacity(taken.count)
        return taken
    }
}

/// An answer that has more bytes than one may have.
struct AnswerTooLarge: ResponseError, CustomStringConvertible {
    let limit: Int

    /// 400 where nothing has been sent yet.
    var response: Response {
        Answer.error(
            "ValueError: the answer is larger than \(limit) bytes; ask for fewer documents or fields")
    }

    var description: String { "the answer is larger than \(limit) bytes" }
}
