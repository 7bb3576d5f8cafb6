import Documents

/// The body of a request that changes a filter: `active`, `active_fid`, `autosave`, `auto_followup`,
/// `update_annotations`, `owner`; null stands for no change.
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

    /// Whether the filter, where it is suspended, is to run again: it is made active, or another version of it is.
    func liftsSuspension(of filter: Filter) throws(RequestError) -> Bool {
        if try truths().contains(where: { $0.name == "active" && $0.value }) { return true }
        guard let suspension = filter.suspension, let fid = try activeVersion(of: filter) else {
            return false
        }
        return fid != suspension.fid
    }

    /// What an action is to become: an object, or for `autosave` a truth value; nil for no change.
    /// - Throws: in Python's words where it is of another type.
    func action(_ action: FilterAction) throws(RequestError) -> Value? {
        guard let given = given(action.rawValue) else { return nil }
        if given.document != nil { return given }
        if action == .autosave, case .bool = given { return given }
        throw RequestError(.attribute, "'\(given.pythonType)' object has no attribute 'get'")
    }

    /// The name of the user whose filter it is to be; nil for no change.
    func owner() throws(RequestError) -> String? {
        var faults = FieldFaults()
        let owner = faults.optionalText("owner", in: body)
        try faults.check("Filter")
        return owner
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
