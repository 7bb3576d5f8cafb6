/// MongoDB Extended JSON, version 2: documents as JSON text and back.
///
/// What is written is compact UTF-8 without spaces. Relaxed text is what PyMongo's `json_util.dumps` means by
/// default; canonical text keeps every type.
public enum ExtendedJSON {
    /// How numbers and dates are written.
    public enum Mode: Sendable {
        /// Plain numbers; ISO 8601 for dates of the years 1970 to 9999. Not finite doubles are wrapped.
        case relaxed
        /// Every number and date wrapped with its type.
        case canonical
    }

    /// Appends a document as a JSON object.
    public static func append(_ document: Document, to buffer: inout [UInt8], mode: Mode = .relaxed) {
        append(document.view, to: &buffer, mode: mode)
    }

    /// Appends a document inside another one as a JSON object.
    public static func append(_ view: DocumentView, to buffer: inout [UInt8], mode: Mode = .relaxed) {
        write(to: &buffer, mode, expecting: view.end - view.start) { writer in
            writer.writeDocument(view.bytes.span.bytes, from: view.start, to: view.end)
        }
    }

    /// Appends a value.
    public static func append(_ value: Value, to buffer: inout [UInt8], mode: Mode = .relaxed) {
        var holder = DocumentWriter()
        holder.append("", value)
        let document = holder.finish()
        write(to: &buffer, mode, expecting: document.bytes.count) { writer in
            writer.writeFirstValue(document.bytes.span.bytes)
        }
    }

    /// Appends a text as a JSON string, quoted and escaped.
    public static func append(text: String, to buffer: inout [UInt8]) {
        write(to: &buffer, .relaxed, expecting: text.utf8.count) { writer in
            writer.output.append(jsonString: text)
        }
    }

    /// A document as a JSON object.
    public static func bytes(of document: Document, mode: Mode = .relaxed) -> [UInt8] {
        var buffer: [UInt8] = []
        append(document, to: &buffer, mode: mode)
        return buffer
    }

    /// Takes the buffer's storage over for the time of writing.
    private static func write(
        to buffer: inout [UInt8], _ mode: Mode, expecting size: Int, _ body: (inout JSONWriter) -> Void
    ) {
        var writer = JSONWriter(output: OutputBytes(continuing: &buffer), mode: mode)
        // Base64 makes four characters of three bytes; keys and numbers get longer by about as much.
        writer.output.reserve(size + size / 2 + 32)
        body(&writer)
        buffer = writer.output.take()
    }
}

extension Document: CustomStringConvertible {
    /// The document as relaxed Extended JSON.
    public var description: String { String(decoding: ExtendedJSON.bytes(of: self), as: UTF8.self) }
}
