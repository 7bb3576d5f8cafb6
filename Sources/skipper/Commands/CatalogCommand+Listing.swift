import Archive
import Catalogs
import Documents
import Service
import Tables

extension CatalogCommand {
    /// The catalogues, one a line.
    func list() async throws {
        let items = try await CatalogueList(
            archive.database, folder: configuration[ArchiveSettings.catalogFolder]
        )
        .items()
        if arguments.switches.contains("json") { return items.forEach { write(json: $0.document) } }
        var table = Table("catalogue", "rows", "loaded", "index rows", "bytes", "version", "state")
        for item in items {
            table.add(
                .string(item.name), item.entry.map { .int64(Int64($0.rows)) },
                item.entry.map { .datetime($0.loadedAt) }, item.index.map { .int64(Int64($0.rows)) },
                item.index.map { .int64(Int64($0.bytes)) }, item.index.map { .string($0.version) },
                .string(item.state))
        }
        print(table.text, terminator: "")
    }

    /// All that is known of a catalogue.
    func info() async throws {
        let item = try await CatalogueList(
            archive.database, folder: configuration[ArchiveSettings.catalogFolder]
        )
        .item(arguments.words.first ?? "")
        if arguments.switches.contains("json") { return write(json: item.document) }
        for element in item.document.elements {
            if let view = element.view, element.type == .document {
                for inner in view.elements {
                    print("\(element.key).\(inner.key): \(Table.text(of: inner.value))")
                }
            } else {
                print("\(element.key): \(Table.text(of: element.value))")
            }
        }
    }

    /// The layouts that are known.
    static func presets(_ arguments: Arguments) {
        if arguments.switches.contains("json") {
            return CataloguePreset.all.forEach { write(json: $0.document) }
        }
        var table = Table("preset", "catalogue", "format", "id", "files")
        for preset in CataloguePreset.all {
            table.add(
                .string(preset.name), .string(preset.catalogue), .string(preset.layout.format.rawValue),
                preset.id.map { .string($0) }, .string(preset.title))
        }
        print(table.text, terminator: "")
    }
}

extension CatalogueList.Item {
    /// In words: what is to be done, or that all is well.
    var state: String {
        if let load { return "being loaded: \(load.stage), \(load.rows) rows" }
        if indexFault != nil { return "index file damaged" }
        guard let entry else { return "not in this database" }
        guard let index else { return "no index file" }
        return index.load == entry.load ? "ready" : "index file of another load"
    }

    /// As `--json` prints it.
    var document: Document {
        var writer = DocumentWriter()
        writer.append("name", string: name)
        writer.append("state", string: state)
        if let entry {
            writer.append("rows", int64: Int64(entry.rows))
            writer.append("load", string: entry.load)
            writer.append("loaded_at", datetime: entry.loadedAt)
            writer.append("columns", .list(entry.columns.map { .string($0) }))
            writer.append("files", .list(entry.files.map { .string($0) }))
            writer.append("origin", string: entry.state.rawValue)
        }
        if let index {
            writer.beginDocument("index")
            writer.append("version", string: index.version)
            writer.append("rows", int64: Int64(index.rows))
            writer.append("bytes", int64: Int64(index.bytes))
            writer.append("load", string: index.load)
            writer.append("created", datetime: index.created)
            writer.append("order", int64: Int64(index.order))
            writer.append("fields", index.fields.map { .list($0.map { .string($0) }) } ?? .null)
            writer.end()
        }
        if let indexFault { writer.append("index_fault", string: indexFault) }
        if let load {
            writer.append(
                "loading", .document(["stage": .string(load.stage), "rows": .int64(Int64(load.rows))]))
        }
        return writer.finish()
    }
}

extension CataloguePreset {
    /// As `--json` prints it.
    var document: Document {
        [
            "preset": .string(name), "catalogue": .string(catalogue), "title": .string(title),
            "address": .string(address), "format": .string(layout.format.rawValue),
            "id": id.map { .string($0) } ?? .null,
            "columns": layout.columns.map { .list($0.map { .string($0) }) } ?? .null,
            "conditions": .list(conditions.map { .string($0.description) }),
        ]
    }
}

/// Prints a document as a line of JSON.
func write(json document: Document) {
    print(String(decoding: ExtendedJSON.bytes(of: document), as: UTF8.self))
}
