import Documents

/// The body of a request that changes a filter: `active`, `active_fid`, `autosave`, `auto_followup`,
/// `update_annotations`; null stands for no change.
struct FilterChange {
    private let body: Document

    init(_ body: Document) { self.body = body }

    /// The number as it was sent.
    var filterID: Value { body.element(key: "filter_id")?.value ?? .null }

    /// What a field is to become; nil where it is to stay.
    func given(_ name: String) -> Value? {
        guard let value = body.element(key: name)?.value, value != .null else { return nil }
        return value
    }

    /// The version that is to be active; nil for no change.
    /// - Throws: where the filter has no such version.
    func activeVersion(of filter: Filter) throws(RequestError) -> String? {
        guard let given = given("active_fid") else { return nil }
        guard let fid = given.string, filter.version(fid) != nil else {
            throw RequestError(
                .value, "Cannot set active_fid to \(given.shown): filter version fid not in filter.fv")
        }
        return fid
    }

    /// What an action is to become: an object, or for `autosave` a truth value; nil for no change.
    /// - Throws: in Python's words where it is of another type.
    func action(_ action: FilterAction) throws(RequestError) -> Value? {
        guard let given = given(action.rawValue) else { return nil }
        if given.document != nil { return given }
        if action == .autosave, case .bool = given { return given }
        throw RequestError(.attribute, "'\(given.pythonType)' object has no attribute 'get'")
    }

    /// The fields that are true or false.
    /// - Throws: with all that are neither.
    func truths() throws(RequestError) -> [(name: String, value: Bool)] {
        var faults = FieldFaults()
        var truths: [(name: String, value: Bool)] = []
        for name in ["active", "update_annotations"] where given(name) != nil {
            truths.append((name, faults.truth(name, in: body, standard: false)))
        }
        try faults.check("Filter")
        return truths
    }
}
