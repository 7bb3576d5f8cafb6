public import Documents

/// What a filter asks for of itself: Kowalski's `auto_followup`. Only alerts that are saved are followed up.
public struct AutoFollowupRule: Sendable {
    /// Which alerts, of those that the filter lets through.
    public let pipeline: RunnablePipeline?
    private let fields: Document
    private let groupID: Int64
    /// Why nothing is asked for although something should.
    private let fault: String?

    /// Nil where nothing is to be asked for.
    /// - Parameters:
    ///   - field: the filter's.
    ///   - groupID: the filter's group.
    init?(_ field: Value, groupID: Int64) {
        guard case .document(let fields) = field, fields.bool(at: "active") == true else { return nil }
        self.fields = fields
        self.groupID = groupID
        let (pipeline, fault) = RunnablePipeline.ofAction(fields)
        self.pipeline = pipeline
        let payload = fields.document(at: "payload")
        let hasPriority = payload.map { Self.priority(in: $0, fields) != nil } ?? true
        let missing =
            pipeline == nil
            ? "pipeline"
            : fields["allocation_id"]?.id == nil ? "allocation_id" : payload == nil ? "payload" : nil
        self.fault = fault ?? missing.map { "no \($0)" } ?? (hasPriority ? nil : "the priority is no number")
    }

    /// Whether the pipeline must be run on what is saved.
    public var asksPipeline: Bool { fault == nil }

    /// What is stored with a hit: `{passed, allocation_id, comment, priority_order, validity_days, implements_update,
    /// data}`, where `data` is the request for SkyPortal but for the dates, or why nothing is asked for.
    /// - Parameters:
    ///   - results: what the pipeline made of the alert.
    ///   - objectID: the alert's object.
    public func outcome(_ results: PipelineOutcome?, objectID: String) -> Document {
        if let fault { return ["passed": false, "reason": .string(fault)] }
        guard case .one(let result) = results, let given = fields.document(at: "payload"),
            let allocation = fields["allocation_id"], let priority = Self.priority(in: given, fields)
        else { return PipelineOutcome.refusal(results) }
        let payload = Self.merged(given, priority, result.document(at: "payload") ?? [:])
        var comment = result.string(at: "comment") ?? fields.string(at: "comment")
        if let text = comment {
            let shown = payload.element(key: priority.name)?.value ?? .null
            comment = "\(text.trimmed) (\(priority.name): \(shown.shown))"
        }
        var data: Document = [
            "obj_id": .string(objectID), "allocation_id": allocation,
            "target_group_ids": .list(identifiers("target_group_ids", and: groupID)),
            "ignore_allocation_ids": .list(identifiers("ignore_allocation_ids")),
            "payload": .document(payload), "source_group_ids": [.integer(groupID)],
            "not_if_classified": true, "not_if_spectra_exist": true, "not_if_tns_classified": true,
            "not_if_duplicates": true, "radius": .double(fields["radius"]?.number ?? 0.5),
        ]
        if let hours = fields["not_if_tns_reported"]?.id, hours != 0 {
            var writer = DocumentWriter()
            writer.append(contentsOf: data.view)
            writer.append("not_if_tns_reported", .integer(hours))
            data = writer.finish()
        }
        return [
            "passed": true, "allocation_id": allocation, "comment": comment.map { .string($0) } ?? .null,
            "priority_order": fields["priority_order"] ?? "asc",
            "validity_days": .integer(fields["validity_days"]?.id ?? 7),
            "implements_update": .bool(fields.bool(at: "implements_update") ?? true),
            "data": .document(data),
        ]
    }

    /// The field of a payload that says how urgent it is, and its value; nil where that is no number.
    private static func priority(in payload: Document, _ fields: Document) -> (name: String, value: Double)? {
        let name = ["urgency", "Urgency"].first { payload.element(key: $0) != nil } ?? "priority"
        switch payload.element(key: name)?.value {
        case .string(let text)?: return Double(text.trimmed).map { (name, $0) }
        case .bool(let truth)?: return (name, truth ? 1 : 0)
        case let value?: if let number = value.double { return (name, number) }
        case nil: break
        }
        return (name, fields.string(at: "priority_order") == "desc" ? 5 : 0)
    }

    /// The payload with its priority as a number, and with what the pipeline says of fields that it has.
    private static func merged(
        _ payload: Document, _ priority: (name: String, value: Double), _ computed: Document
    ) -> Document {
        var writer = DocumentWriter()
        var hasPriority = false
        for element in payload.elements {
            let isPriority = element.key == priority.name
            hasPriority = hasPriority || isPriority
            if let other = computed.element(key: element.key) {
                writer.append(other)
            } else if isPriority {
                writer.append(element.key, double: priority.value)
            } else {
                writer.append(element)
            }
        }
        if !hasPriority {
            writer.append(
                priority.name, computed.element(key: priority.name)?.value ?? .double(priority.value))
        }
        return writer.finish()
    }

    /// The different numbers of a list, ascending.
    private func identifiers(_ name: Path, and further: Int64? = nil) -> [Value] {
        var numbers = Set(fields.array(at: name)?.compactMap(\.id) ?? [])
        if let further { numbers.insert(further) }
        return numbers.sorted().map { .integer($0) }
    }
}

extension Value {
    /// The integer that a number or the text of one means.
    fileprivate var id: Int64? { FieldFaults.integer(self) }

    /// The number that a number or the text of one means.
    fileprivate var number: Double? { string.map { Double($0.trimmed) } ?? double }
}
