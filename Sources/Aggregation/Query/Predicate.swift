/// A compiled condition of MongoDB's query language.
protocol Predicate: Sendable {
    /// Whether a document fulfils it.
    ///
    /// Throws `Failure.later` only where the answer depends on a field that is still to be fetched.
    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool

    /// Whether a value by itself fulfils it, as `$elemMatch: {$gt: 1}` asks of each element. What the condition's
    /// path would find does not count, and the value's own elements are not looked at.
    func holds(for element: Datum, _ run: inout Run) throws(Failure) -> Bool

    /// The path, where it asks whether a value there is equal to a constant, or matches a pattern; nil for all else.
    var equalityPath: String? { get }

    /// Whether MongoDB makes a conjunction of it.
    var isConjunction: Bool { get }
}

extension Predicate {
    var equalityPath: String? { nil }
    var isConjunction: Bool { false }
}

/// The same answer for everything, known to MongoDB without a look at any document.
struct Always: Predicate {
    let answer: Bool

    func holds(for record: Record, _ run: inout Run) -> Bool { answer }
    func holds(for element: Datum, _ run: inout Run) -> Bool { answer }
}

/// The opposite of another condition, missing fields included.
struct Negation: Predicate {
    let predicate: any Predicate

    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        try !predicate.holds(for: record, &run)
    }

    func holds(for element: Datum, _ run: inout Run) throws(Failure) -> Bool {
        try !predicate.holds(for: element, &run)
    }
}

/// All of several conditions, or any of them; asked in their order until the answer is known.
///
/// A member that needs a field that is still to be fetched does not keep the others from deciding without it.
struct Junction: Predicate {
    let members: [any Predicate]
    /// The answer of a member that decides for all: false where all must hold, true where any suffices.
    let decisive: Bool

    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        for index in members.indices {
            do throws(Failure) {
                if try members[index].holds(for: record, &run) == decisive { return decisive }
            } catch {
                guard error == .later else { throw error }
                return try decides(after: index, for: record, &run)
            }
        }
        return !decisive
    }

    /// The answer where a member could not tell yet.
    ///
    /// What fails among the rest would not have been reached if that member had decided, so it waits as well.
    @inline(never)
    private func decides(after pending: Int, for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        for member in members[(pending + 1)...] {
            do throws(Failure) {
                if try member.holds(for: record, &run) == decisive { return decisive }
            } catch {
                if case .exhausted = error { throw error }
            }
        }
        throw .later
    }

    func holds(for element: Datum, _ run: inout Run) throws(Failure) -> Bool {
        for member in members where try member.holds(for: element, &run) == decisive { return decisive }
        return !decisive
    }

    /// All of these, simplified as MongoDB does before it looks at any document.
    static func all(_ members: [any Predicate]) -> any Predicate { simplified(members, decisive: false) }

    /// Any of these, simplified likewise. Equalities on the path of the first one are asked before all else.
    static func any(_ members: [any Predicate]) -> any Predicate {
        let simple = simplified(members, decisive: true)
        guard let junction = simple as? Junction, junction.decisive else { return simple }
        var path: String?
        var equalities: [any Predicate] = []
        var others: [any Predicate] = []
        for member in junction.members {
            if let own = member.equalityPath, path == nil || path == own {
                path = own
                equalities.append(member)
            } else {
                others.append(member)
            }
        }
        guard equalities.count > 1 else { return junction }
        let first = Sealed(predicate: Junction(members: equalities, decisive: true))
        if others.isEmpty { return first }
        let rest = others.count == 1 ? others[0] : Junction(members: others, decisive: true)
        return Junction(members: [first, rest], decisive: true)
    }

    /// None of these; asked in this order.
    static func none(_ members: [any Predicate]) -> any Predicate {
        Negation(predicate: members.count == 1 ? members[0] : Junction(members: members, decisive: true))
    }

    /// The members of a member of the same kind take their places with the others; as in MongoDB they do so behind the
    /// others, which tells where a member fails.
    private static func simplified(_ members: [any Predicate], decisive: Bool) -> any Predicate {
        var needed: [any Predicate] = []
        var absorbed: [any Predicate] = []
        for member in members {
            if let constant = member as? Always {
                if constant.answer == decisive { return constant }
            } else if let inner = member as? Junction, inner.decisive == decisive {
                absorbed += inner.members
            } else if !decisive, member.isConjunction {
                absorbed.append(member)
            } else {
                needed.append(member)
            }
        }
        needed += absorbed
        if needed.isEmpty { return Always(answer: !decisive) }
        return needed.count == 1 ? needed[0] : Junction(members: needed, decisive: decisive)
    }
}

/// Conditions of which MongoDB makes a single one: they take no places among others.
private struct Sealed: Predicate {
    let predicate: any Predicate

    func holds(for record: Record, _ run: inout Run) throws(Failure) -> Bool {
        try predicate.holds(for: record, &run)
    }

    func holds(for element: Datum, _ run: inout Run) throws(Failure) -> Bool {
        try predicate.holds(for: element, &run)
    }
}
