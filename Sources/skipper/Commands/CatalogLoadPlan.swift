import Archive
import Tables

/// What the words of `skipper catalog load` mean.
struct CatalogLoadPlan {
    let name: String
    let source: CatalogueSource
    let options: LoadOptions
    /// Whether nothing is to be written.
    let isRehearsal: Bool

    /// - Throws: `UsageError` where the words mean nothing; `TableError` where there are no such files.
    init(_ arguments: Arguments) throws {
        let given = arguments.options
        guard arguments.words.count >= 2 else { throw UsageError("give a catalogue's name and its files") }
        name = arguments.words[0]
        do { try CatalogueName.check(name) } catch { throw UsageError(error.description) }
        var preset: CataloguePreset?
        if let word = given["preset"] {
            preset = CataloguePreset.named(word)
            if preset == nil {
                let known = CataloguePreset.all.map(\.name).joined(separator: ", ")
                throw UsageError("unknown preset '\(word)'; \(known)")
            }
        }
        let paths = Array(arguments.words.dropFirst())
        var layout = try preset?.layout ?? TableLayout(Self.format(given["format"], paths))
        if let format = given["format"], layout.format.rawValue != format {
            layout.format = try Self.format(format, [])
        }
        try Self.read(given, arguments.switches, into: &layout)
        var source = CatalogueSource(files: try TableFiles.expand(paths), layout: layout)
        source.ra = given["ra"] ?? preset?.ra
        source.dec = given["dec"] ?? preset?.dec
        source.id = given["id"] ?? preset?.id
        source.idIsText =
            arguments.switches.contains("id-as-string") || (given["id"] == nil && preset?.idIsText ?? false)
        source.conditions = preset?.conditions ?? []
        if let text = given["where"] {
            source.conditions = try Self.list(text).map { text in
                guard let condition = RowCondition(text) else {
                    throw UsageError(
                        "--where must be conditions such as 'flag==0' with commas between, not '\(text)'")
                }
                return condition
            }
        }
        self.source = source
        var options = LoadOptions()
        options.replaces = arguments.switches.contains("replace")
        options.restarts = arguments.switches.contains("restart")
        options.verifies = arguments.switches.contains("verify")
        options.rejectsPath = given["rejects"]
        options.maximumRejected = try arguments.integer("max-rejected", default: 0)
        options.writers = try arguments.integer("writers", default: 4, atLeast: 1)
        options.batch = try arguments.integer("batch", default: 2000, atLeast: 1)
        self.options = options
        isRehearsal = arguments.switches.contains("dry-run")
    }

    /// The words of a list with commas between; white space around them is no part.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    private static func format(_ given: String?, _ paths: [String]) throws(UsageError) -> TableLayout.Format {
        let word = given ?? paths.lazy.compactMap(ending).first
        switch word {
        case "parquet":
            throw UsageError(
                "Parquet is not read: Debian has no C library for it. Make CSV of it: "
                    + "duckdb -c \"COPY 'FILE.parquet' TO 'FILE.csv.gz' (HEADER)\"")
        case let word?:
            if let format = TableLayout.Format(rawValue: word) { return format }
            throw UsageError("--format must be csv, fits or ndjson, not '\(word)'")
        case nil: throw UsageError("give --format csv, fits or ndjson, or --preset")
        }
    }

    /// The format that a path's ending names.
    private static func ending(_ path: String) -> String? {
        var words = path.lowercased().split(separator: ".").map(String.init)
        if let last = words.last, ["gz", "bz2"].contains(last) { words.removeLast() }
        return switch words.last {
        case "csv", "tsv", "txt": "csv"
        case "fits", "fit", "fts": "fits"
        case "ndjson", "jsonl", "json": "ndjson"
        case "parquet": "parquet"
        default: nil
        }
    }

    private static func read(
        _ given: [String: String], _ switches: Set<String>, into layout: inout TableLayout
    ) throws(UsageError) {
        if let text = given["delimiter"] { layout.delimiter = try byte(text, "delimiter") }
        if let text = given["quote"] { layout.quote = text == "none" ? nil : try byte(text, "quote") }
        if let text = given["comment"] { layout.comment = text == "none" ? nil : try byte(text, "comment") }
        if let text = given["columns"] { layout.columns = list(text) }
        if switches.contains("no-header") {
            guard layout.columns != nil else { throw UsageError("--no-header needs --columns") }
            layout.hasHeader = false
        }
        if let text = given["select"] { layout.wanted = list(text) }
        if let text = given["rename"] {
            for word in list(text) {
                let (name, other) = try pair(word, "rename")
                layout.renames[name] = other
            }
        }
        // The empty text is null in any case.
        if let text = given["null"] { layout.nulls = Set(list(text)) }
        if let text = given["sentinel"] {
            layout.sentinels = try list(text).map { word throws(UsageError) in
                guard let number = Double(word) else {
                    throw UsageError("--sentinel must be numbers with commas between, not '\(text)'")
                }
                return number
            }
        }
        if let text = given["type"] {
            for word in list(text) {
                let (name, type) = try pair(word, "type")
                guard let type = ColumnType(rawValue: type) else {
                    throw UsageError("--type must be COLUMN=int, double, string or bool, not '\(word)'")
                }
                layout.types[name] = type
            }
        }
        if let text = given["hdu"] {
            guard let number = Int(text), number >= 1 else {
                throw UsageError("--hdu must be a whole number of at least 1, not '\(text)'")
            }
            layout.unit = number
        }
    }

    private static func pair(_ word: String, _ option: String) throws(UsageError) -> (String, String) {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw UsageError("--\(option) must be NAME=VALUE with commas between, not '\(word)'")
        }
        return (parts[0], parts[1])
    }

    private static func byte(_ text: String, _ option: String) throws(UsageError) -> UInt8 {
        if text == "tab" || text == "\\t" { return 9 }
        if text == "comma" { return UInt8(ascii: ",") }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, byte >= 0x20 || byte == 9 else {
            throw UsageError("--\(option) must be one character of ASCII, 'tab' or 'comma', not '\(text)'")
        }
        return byte
    }
}

extension CatalogCommand {
    /// The options of `load` that say what files are like and how they are loaded.
    static let loadOptions: Set<String> = [
        "format", "preset", "delimiter", "quote", "comment", "columns", "select", "rename", "null",
        "sentinel", "type",
        "hdu", "ra", "dec", "id", "where", "rejects", "max-rejected", "writers", "batch",
    ]
}
