/// The fields of a document that is being put together, where a later value of a name replaces an earlier one in its
/// place.
struct FieldsByName {
    /// The fields.
    private(set) var members: [Record.Member] = []
    /// Where each name stands; kept only for many fields, for few it is quicker to look through them.
    private var positions: [Name: Int] = [:]
    private let few = 16

    /// - Parameter capacity: how many fields are expected.
    init(capacity: Int) { members.reserveCapacity(capacity) }

    /// The fields of a document to begin with.
    init(_ record: Record) {
        members = record.members
        if members.count > few { for index in members.indices { positions[members[index].name] = index } }
    }

    /// Sets a field; a missing value takes it away in the end.
    mutating func set(_ name: Name, _ datum: Datum) {
        if let index = index(of: name) {
            members[index].datum = datum
            return
        }
        members.append(Record.Member(name, datum))
        if members.count == few + 1 {
            for index in members.indices { positions[members[index].name] = index }
        } else if members.count > few {
            positions[name] = members.count - 1
        }
    }

    private func index(of name: Name) -> Int? {
        members.count > few ? positions[name] : members.firstIndex { $0.name == name }
    }
}
