/// `$concatArrays`: one array of several; null as soon as one of them is null.
struct ArrayConcatenation: Associative {
    static let name = "$concatArrays"
    static let isCommutative = false
    let parts: [any Expression]

    init(parts: [any Expression]) { self.parts = parts }

    func value(_ run: inout Run) throws(Failure) -> Datum {
        try run.spend(1 + parts.count)
        var data: [Datum] = []
        for part in parts {
            let datum = try part.value(&run)
            if datum.isNullish { return .null }
            let list = try datum.list(code: 28664, of: Self.name)
            try run.spend(list.count)
            try run.hold(16 * list.count)
            data += list.data
        }
        return try run.array(data)
    }
}
