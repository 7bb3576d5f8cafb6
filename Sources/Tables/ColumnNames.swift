/// Names of columns as documents can have them.
enum ColumnNames {
    /// The names with `.` and a leading `$`, which mean something else in MongoDB, replaced by `_`; a column without a
    /// name is left out: its name stays empty.
    ///
    /// - Returns: the names, and what is to be said about those that are left out or different.
    /// - Throws: `TableError` where two are the same, or one cannot be a name.
    static func usable(_ names: [String], _ path: String) throws(TableError) -> (names: [String], notes: [String]) {
        var (usable, notes, seen): ([String], [String], Set<String>) = ([], [], [])
        for (index, name) in names.enumerated() {
            guard !name.utf8.contains(0), name.utf8.count <= 1000 else {
                throw TableError(path, "the name of column \(index + 1) is no name")
            }
            var changed = String(name.map { $0 == "." ? "_" : $0 })
            if changed.hasPrefix("$") { changed = "_" + changed.dropFirst() }
            if changed.isEmpty {
                notes.append("column \(index + 1) has no name and is left out")
            } else if !seen.insert(changed).inserted {
                throw TableError(path, "two columns are called \(changed); give other names with --columns")
            } else if changed != name {
                notes.append("column \(name) is called \(changed)")
            }
            usable.append(changed)
        }
        return (usable, notes)
    }
}
