/// The sort keys of a document in which arrays lie on the paths: one for each element, all parts of a key of the same
/// element, as MongoDB makes keys for its indexes.
///
/// A number in a path is a position where it meets an array.
struct KeyExpansion {
    /// The keys found.
    private(set) var keys: [[Datum]] = []
    private let paths: [[Name]]

    /// The way of one path so far.
    private struct Way {
        /// How many names of the path have been followed.
        var done = 0
        /// What the key has there.
        var fixed = Datum.missing
        /// What lies at the position that the next name is of the array just entered.
        var positioned: Positioned?
    }

    private struct Positioned {
        let element: Datum
        /// How many names are done when `reached` is there.
        let done: Int
        let reached: Datum
    }

    init(_ paths: [[Name]]) { self.paths = paths }

    /// Finds the keys of a document.
    mutating func expand(_ record: Record, _ run: inout Run) throws(Failure) {
        try expand(record, paths.map { _ in Way() }, 0, &run)
    }

    private mutating func expand(
        _ record: Record?, _ given: [Way], _ depth: Int, _ run: inout Run
    ) throws(Failure) {
        try run.spend(paths.count)
        guard depth < 500 else { throw .exhausted("documents nested more than 500 deep") }
        var ways = given
        var array: List?
        // How it was reached: the same values may have been put at several places.
        var route: (names: ArraySlice<Name>, isPositioned: Bool)?
        var through: [Int] = []
        var entersElements = true
        for index in paths.indices where ways[index].done < paths[index].count {
            let (start, isPositioned) = (ways[index].done, ways[index].positioned != nil)
            let isPosition = try step(&ways[index], paths[index], record)
            switch ways[index].fixed {
            case .missing:
                ways[index].fixed = .null
                ways[index].done = paths[index].count
            case .array(let list):
                through.append(index)
                let names = paths[index][start..<ways[index].done]
                if let array, let route,
                    array !== list || route.isPositioned == isPositioned && route.names != names
                {
                    throw .error(code: 2, "cannot sort with keys that are parallel arrays")
                }
                (array, route) = (list, (names, isPositioned))
                if isPosition { entersElements = false }
            default: break
            }
        }
        guard let array else {
            try run.hold(16 * paths.count)
            keys.append(ways.map(\.fixed))
            return
        }
        if array.count == 0 {
            for index in ways.indices { ways[index].positioned = nil }
            try enter(.undefined, array, ways, through, true, depth, &run)
            return
        }
        for index in paths.indices where ways[index].done < paths[index].count {
            ways[index].positioned = nil
            guard let position = paths[index][ways[index].done].arrayIndex, position < array.count else {
                continue
            }
            ways[index].positioned = try positioned(array, paths[index], ways[index].done)
        }
        for position in 0..<array.count {
            try enter(array[position], array, ways, through, entersElements, depth, &run)
        }
    }

    /// Goes on in an element of an array.
    private mutating func enter(
        _ element: Datum, _ array: List, _ given: [Way], _ through: [Int], _ entersElements: Bool,
        _ depth: Int, _ run: inout Run
    ) throws(Failure) {
        var ways = given
        for index in through where ways[index].done == paths[index].count {
            ways[index].fixed = entersElements ? element : .array(array)
        }
        if case .later = element { throw .later }
        var record: Record?
        if case .document(let inner) = element { record = inner }
        try expand(record, ways, depth + 1, &run)
    }

    /// Follows a path to its end or to an array.
    /// - Returns: whether it led to an array by a position in another.
    private func step(_ way: inout Way, _ path: [Name], _ record: Record?) throws(Failure) -> Bool {
        let found = record?.datum(named: path[way.done]) ?? .missing
        if !found.isMissing {
            guard way.positioned == nil else {
                throw .error(code: 16746, "a number in a path is both a position and a name")
            }
            (way.fixed, way.done) = try follow(.document(record ?? Record([])), path, way.done)
            return false
        }
        guard let positioned = way.positioned else {
            way.fixed = .missing
            return false
        }
        way.fixed = positioned.reached
        way.done = positioned.done
        if case .array = positioned.element { return true }
        return false
    }

    private func positioned(_ array: List, _ path: [Name], _ done: Int) throws(Failure) -> Positioned? {
        guard let position = path[done].arrayIndex, position < array.count else { return nil }
        let element = array[position]
        if done + 1 == path.count {
            return Positioned(element: element, done: path.count, reached: element)
        }
        if case .array = element { return Positioned(element: element, done: done + 1, reached: element) }
        guard case .document = element else {
            return Positioned(element: element, done: done + 1, reached: .missing)
        }
        let (reached, end) = try follow(element, path, done + 1)
        return Positioned(element: element, done: end, reached: reached)
    }

    /// What lies on a path in a document: its end, or the first array on the way.
    private func follow(_ start: Datum, _ path: [Name], _ done: Int) throws(Failure) -> (Datum, Int) {
        var (datum, done) = (start, done)
        while done < path.count {
            guard case .document(let record) = datum else { return (.missing, path.count) }
            datum = record.datum(named: path[done])
            done += 1
            switch datum {
            case .later: throw .later
            case .array: return (datum, done)
            default: break
            }
        }
        return (datum, done)
    }
}
