import Documents

extension Document {
    /// Those of a filter's conditions that a document which is redacted fulfils only if it fulfils them before: MongoDB
    /// asks them before a `$redact` and, as what is taken away may change the answer, behind it again. Nil where there
    /// are none.
    var safeBeforeRedaction: Document? {
        var writer = DocumentWriter()
        for element in elements {
            switch (element.key, element.value) {
            case ("$or", .array(let list)):
                let members = list.safeMembers
                // All of them or none.
                guard !members.isEmpty, members.count == list.keys.count else { continue }
                writer.append("$or", .list(members))
            case ("$and", .array(let list)):
                let members = list.safeMembers
                if !members.isEmpty { writer.append("$and", .list(members)) }
            case let (name, _) where name.utf8.first == UInt8(ascii: "$"): continue
            case let (path, value) where !path.hasPosition:
                switch value {
                case .array, .null, .undefined: continue
                case .document(let operators):
                    if let safe = operators.safeOperators { writer.append(path, document: safe) }
                default: writer.append(path, value)
                }
            default: continue
            }
        }
        let safe = writer.finish()
        return safe.isEmpty ? nil : safe
    }

    private var safeMembers: [Value] {
        elements.compactMap { $0.value.document?.safeBeforeRedaction.map { .document($0) } }
    }

    /// The operators on a path, as far as they are safe.
    private var safeOperators: Document? {
        var writer = DocumentWriter()
        for element in elements {
            let value = element.value
            switch element.key {
            case "$type", "$regex", "$options", "$mod", "$bitsAllSet", "$bitsAllClear", "$bitsAnySet",
                "$bitsAnyClear":
                writer.append(element)
            case "$eq", "$gt", "$gte", "$lt", "$lte":
                if value.isSafeConstant { writer.append(element) }
            case "$in":
                if value.list?.allSatisfy(\.isSafeConstant) ?? false { writer.append(element) }
            case "$all":
                let constants = value.list?.filter(\.isSafeConstant) ?? []
                if !constants.isEmpty { writer.append("$all", .list(constants)) }
            case "$elemMatch":
                let inner = value.document
                let safe = inner?.isConditions ?? false ? inner?.safeOperators : inner?.safeBeforeRedaction
                if let safe { writer.append("$elemMatch", document: safe) }
            default: continue
            }
        }
        let safe = writer.finish()
        return safe.isEmpty ? nil : safe
    }
}

extension Value {
    /// Whether a comparison with it finds no more in a document from which something was taken away.
    fileprivate var isSafeConstant: Bool {
        switch self {
        case .array, .document, .null, .undefined: false
        default: true
        }
    }
}

extension String {
    /// Whether one of the names in the path may be a position in an array, which changes with the elements before.
    fileprivate var hasPosition: Bool {
        split(separator: ".").contains { $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
    }
}
