public import Documents

/// One version of a filter; it never changes.
public struct FilterVersion: Sendable, Equatable {
    /// Its name, unique within the filter: six characters of `a` to `z` and `0` to `9`.
    public let fid: String
    /// Its stages, an array in Extended JSON.
    public let pipeline: String
    /// When it was saved, milliseconds since 1970; nil where a document taken over does not say.
    public let created: Int64?

    /// A name.
    /// - Parameter generator: where the randomness comes from.
    static func makeFID(using generator: inout some RandomNumberGenerator) -> String {
        let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<6).map { _ in characters[Int.random(in: 0..<36, using: &generator)] })
    }

    init(fid: String, pipeline: String, created: Int64?) {
        self.fid = fid
        self.pipeline = pipeline
        self.created = created
    }

    /// The version that a stored document describes, nil where it has no name or stages.
    init?(_ stored: DocumentView) {
        guard let fid = stored.string(at: "fid"), let pipeline = stored.string(at: "pipeline") else {
            return nil
        }
        self.init(fid: fid, pipeline: pipeline, created: stored.datetime(at: "created_at"))
    }

    /// `{fid, pipeline, created_at}`.
    public var document: Document {
        var writer = DocumentWriter()
        writer.append("fid", string: fid)
        writer.append("pipeline", string: pipeline)
        if let created { writer.append("created_at", .datetime(created)) }
        return writer.finish()
    }
}
