/// The dotted path of a condition.
///
/// On its way through an array it is followed in every element that is a document; a number in it is the name of a
/// field as well as a position.
struct QueryPath: Sendable {
    // Lists side by side instead of one list of all that belongs to a step: that would be copied at every look.
    private let names: [Name]
    private let marks: [Name.Marks]
    /// Where the run's hints for the first name are; the others' follow.
    private let firstHint: Int
    /// The positions in arrays that the names mean.
    private let positions: [Int?]
    /// The step from which on nothing is left to follow inside an array: behind the last, or the last if that is the
    /// empty name that a final dot leaves, as in `a.`.
    private let end: Int

    init(_ path: String, _ compiler: inout Compiler) {
        names = path.split(separator: ".", omittingEmptySubsequences: false).map { Name(String($0)) }
        marks = names.map(\.marks)
        positions = names.map(\.arrayIndex)
        firstHint = compiler.hintCount
        for _ in names { _ = compiler.hint() }
        end = names.count > 1 && path.utf8.last == UInt8(ascii: ".") ? names.count - 1 : names.count
    }

    /// The path as it is written.
    var text: String { names.map(\.text).joined(separator: ".") }

    /// Where the path leads through documents alone.
    enum Reached {
        /// A value, or nothing, and no array on the way.
        case value(Datum)
        /// An array, and the step that comes next.
        case array(List, Int)
    }

    /// Follows the path from a step on up to its end or to the first array.
    @inline(__always)
    func reach(from start: Int, in record: Record, _ run: inout Run) throws(Failure) -> Reached {
        var datum = datum(start, in: record, &run)
        var index = start &+ 1
        while true {
            switch datum {
            case .array(let list): return .array(list, index)
            case .document(let inner) where index < marks.count:
                datum = self.datum(index, in: inner, &run)
                index &+= 1
            case .later where index < marks.count: throw .later
            default: return .value(index == marks.count ? datum : .missing)
            }
        }
    }

    @inline(__always)
    private func datum(_ index: Int, in record: Record, _ run: inout Run) -> Datum {
        record.datum(marked: marks[index], at: run.hints[firstHint &+ index])
            ?? search(index, in: record, &run)
    }

    @inline(never)
    private func search(_ index: Int, in record: Record, _ run: inout Run) -> Datum {
        record.datum(named: names[index], hint: &run.hints[firstHint &+ index])
    }

    /// Whether any value that the path finds passes a test.
    func any(in record: Record, _ test: some ValueTest, _ run: inout Run) throws(Failure) -> Bool {
        try any(from: 0, in: record, test, &run)
    }

    private func any(
        from start: Int, in record: Record, _ test: some ValueTest, _ run: inout Run
    ) throws(Failure) -> Bool {
        switch try reach(from: start, in: record, &run) {
        case .value(let datum): try test.checked(datum, &run)
        case .array(let list, let next): try any(of: list, next, test, &run)
        }
    }

    /// Whether any value that the rest of the path finds in an array passes a test. Where nothing is left to follow
    /// these are the elements, and then the array itself.
    func any(
        of list: List, _ next: Int, _ test: some ValueTest, _ run: inout Run
    ) throws(Failure) -> Bool {
        guard next < end else { return try anyElement(of: list, test, &run) }
        let wanted = positions[next]
        let isLast = next + 1 == names.count
        try run.spend(list.count)
        for position in 0..<list.count {
            let element = list[position]
            if case .document(let record) = element {
                if try any(from: next, in: record, test, &run) { return true }
                guard position == wanted else { continue }
                if try isLast
                    ? test.checked(element, &run) : any(from: next + 1, in: record, test, &run)
                {
                    return true
                }
            } else if position == wanted {
                if isLast {
                    if try test.checked(element, &run) { return true }
                } else if case .array(let inner) = element {
                    if try any(of: inner, next + 1, test, &run) { return true }
                }
            }
        }
        return false
    }

    private func anyElement(
        of list: List, _ test: some ValueTest, _ run: inout Run
    ) throws(Failure) -> Bool {
        if test.entersArrays {
            try run.spend(list.count)
            for position in 0..<list.count where try test.checked(list[position], &run) { return true }
        }
        return try test.checked(.array(list), &run)
    }
}
