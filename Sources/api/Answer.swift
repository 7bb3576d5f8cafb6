import Documents
import HTTP

/// Kowalski's envelope `{status, message, data}`.
enum Answer {
    /// `{"status": "success", "message": …}`, with `data` where there is any.
    static func success(_ message: String, data: Value? = nil, status: Int = 200) -> Response {
        var writer = DocumentWriter()
        writer.append("status", string: "success")
        writer.append("message", string: message)
        if let data { writer.append("data", data) }
        return json(writer.finish(), status: status)
    }

    /// `{"status": "error", "message": …}`.
    static func error(_ message: String, status: Int = 400) -> Response {
        json(["status": "error", "message": .string(message)], status: status)
    }

    /// An error whose message is the reason phrase of its status, as Kowalski says whatever is neither 400 nor 409.
    static func phrase(_ status: Int) -> Response {
        error(Response.reasonPhrase(status: status), status: status)
    }

    /// The shape of the envelope of what went well, for the documentation.
    static func schema(data: Schema? = nil) -> Schema {
        .object(
            [.required("status", .string(allowed: ["success"])), .required("message", .string())]
                + (data.map { [.optional("data", $0)] } ?? []))
    }

    /// A document as relaxed Extended JSON.
    static func json(_ document: Document, status: Int = 200) -> Response {
        var bytes: [UInt8] = []
        ExtendedJSON.append(document, to: &bytes, mode: .relaxed)
        return .json(bytes, status: status)
    }
}
