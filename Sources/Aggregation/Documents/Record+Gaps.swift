extension Record {
    /// The document without the elements that are missing in its arrays: those behind them have moved up, as in the
    /// BSON that MongoDB makes of a document where it looks at it as such.
    func closed(_ run: inout Run) throws(Failure) -> Record {
        guard extent.hasGaps else { return self }
        try run.spend(count)
        try run.hold(32 * count)
        var members = members
        for index in members.indices { members[index].datum = try members[index].datum.closed(&run) }
        return Record(members, isPlain: isPlain)
    }
}

extension Datum {
    fileprivate func closed(_ run: inout Run) throws(Failure) -> Datum {
        switch self {
        case .document(let record): return .document(try record.closed(&run))
        case .array(let list) where list.extent.hasGaps:
            try run.spend(list.count)
            try run.hold(16 * list.count)
            var data: [Datum] = []
            for index in 0..<list.count where !list[index].isMissing {
                data.append(try list[index].closed(&run))
            }
            return .array(List(data))
        default: return self
        }
    }
}
