public import Documents

/// What a filter saves of itself: Kowalski's `autosave`, true or a document.
public struct AutosaveRule: Sendable {
    /// Which alerts, of those that the filter lets through; nil for all.
    public let pipeline: RunnablePipeline?
    private let fields: Document
    /// Why nothing is saved although something should.
    private let fault: String?

    /// Nil where nothing is to be saved.
    init?(_ field: Value) {
        switch field {
        case .bool(true): self.init(fields: [:])
        case .document(let fields) where fields.bool(at: "active") == true: self.init(fields: fields)
        default: return nil
        }
    }

    private init(fields: Document) {
        self.fields = fields
        (pipeline, fault) = RunnablePipeline.ofAction(fields)
    }

    /// Whether the pipeline must be run on what passed.
    public var asksPipeline: Bool { pipeline != nil }

    /// What is stored with a hit: `{passed, comment, ignore_group_ids, saver_id?}`, or why it is not saved.
    /// - Parameter results: what the pipeline made of the alert; nil where there is none or it failed.
    public func outcome(_ results: PipelineOutcome?) -> Document {
        if let fault { return ["passed": false, "reason": .string(fault)] }
        if pipeline != nil {
            guard case .one = results else { return PipelineOutcome.refusal(results) }
        }
        var writer = DocumentWriter()
        writer.append("passed", .bool(true))
        writer.append("comment", fields.element(key: "comment")?.value ?? .null)
        writer.append("ignore_group_ids", fields.element(key: "ignore_group_ids")?.value ?? [])
        if let saver = fields.element(key: "saver_id")?.value.int64 {
            writer.append("saver_id", .integer(saver))
        }
        return writer.finish()
    }
}

/// What became of stages that were run on an alert: an alert passes where one document comes out.
public enum PipelineOutcome: Sendable, Equatable {
    /// Exactly this came out.
    case one(Document)
    /// None came out, or several.
    case others(count: Int)
    /// The stages failed.
    case failed(String)

    /// What is stored of an action that is not taken.
    static func refusal(_ outcome: PipelineOutcome?) -> Document {
        if case .failed(let reason) = outcome { return ["passed": false, "reason": .string(reason)] }
        return ["passed": false]
    }
}

extension RunnablePipeline {
    /// The pipeline of an action's document, nil where it has none; and what is wrong with it.
    static func ofAction(_ fields: Document) -> (RunnablePipeline?, fault: String?) {
        guard let given = fields.element(key: "pipeline")?.value, given != .null else { return (nil, nil) }
        do {
            return (RunnablePipeline(try FilterPipeline(given).stages), nil)
        } catch {
            return (nil, "pipeline: \(error.reason)")
        }
    }
}
