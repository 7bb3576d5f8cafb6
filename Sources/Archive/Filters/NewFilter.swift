import Documents

/// The body of a request that saves a filter, or another version of one.
struct NewFilter {
    let filterID: Int64
    let groupID: Int64
    let catalog: String
    let permissions: [Int64]
    let isActive: Bool
    /// A truth value or an object.
    var autosave: Value
    var autoFollowup: Document
    let updatesAnnotations: Bool
    /// The name of the user whose filter it is.
    let owner: String?
    /// What was given; null where nothing was.
    let pipeline: Value

    /// - Parameter body: with type wrappers as they were sent.
    /// - Throws: with all faults of the fields.
    init(_ body: Document) throws(RequestError) {
        var faults = FieldFaults()
        filterID = faults.identifier("filter_id", in: body)
        groupID = faults.identifier("group_id", in: body)
        catalog = faults.text("catalog", in: body)
        permissions = faults.integers("permissions", in: body)
        isActive = faults.truth("active", in: body, standard: true)
        autosave = faults.truthOrObject("autosave", in: body)
        autoFollowup = faults.object("auto_followup", in: body)
        updatesAnnotations = faults.truth("update_annotations", in: body, standard: false)
        owner = faults.optionalText("owner", in: body)
        pipeline = body.element(key: "pipeline")?.value ?? .null
        try faults.check("Filter")
        try checkFollowup()
    }

    /// Follow-up is asked for what was saved only.
    private func checkFollowup() throws(RequestError) {
        if autoFollowup.isEmpty { return }
        var isSaved = autosave != .bool(false)
        if let autosave = autosave.document {
            guard let active = autosave.element(key: "active")?.value else { throw .missing("active") }
            isSaved = active != .bool(false)
        }
        guard isSaved else {
            throw RequestError(nil, "Cannot setup auto_followup without autosave enabled")
        }
    }

    /// The version that the pipeline makes.
    func stages() throws(RequestError) -> FilterPipeline {
        if pipeline == .null {
            throw .invalid("FilterVersion", "field required", field: "pipeline", type: "value_error.missing")
        }
        do {
            return try FilterPipeline(pipeline)
        } catch {
            throw .invalid("FilterVersion", error.reason, type: error.type)
        }
    }

    /// What the action says; nil where it says nothing but yes or no.
    func given(_ action: FilterAction) -> Document? {
        switch action {
        case .autosave: autosave.document
        case .autoFollowup: autoFollowup.isEmpty ? nil : autoFollowup
        }
    }

    /// Takes what is stored of an action.
    mutating func set(_ action: FilterAction, _ stored: Document) {
        switch action {
        case .autosave: autosave = .document(stored)
        case .autoFollowup: autoFollowup = stored
        }
    }

    /// What is stored with the first version and not touched by later ones; number and group come from the key.
    func fields(now: Int64) -> Document {
        let fields: Document = [
            "catalog": .string(catalog), "permissions": .list(permissions.map { .integer($0) }),
            "active": .bool(isActive), "autosave": autosave, "auto_followup": .document(autoFollowup),
            "update_annotations": .bool(updatesAnnotations), "created_at": .datetime(now),
        ]
        guard let owner else { return fields }
        var writer = DocumentWriter()
        writer.append(contentsOf: fields.view)
        writer.append("owner", string: owner)
        return writer.finish()
    }
}
