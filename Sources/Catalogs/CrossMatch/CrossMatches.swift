public import Documents

/// What was found at one position: for each catalogue that could be asked the matches, and the version of the catalogue
/// that gave them. A catalogue that is not loaded or that failed has neither.
public struct CrossMatches: Sendable, Equatable {
    /// What one catalogue gave.
    public struct Catalog: Sendable, Equatable {
        /// The catalogue's name.
        public let name: String
        /// The version of its index.
        public let version: String
        /// The matches, nearest first; empty where there are none.
        public let documents: [Document]
    }

    /// In the order of the rules.
    public internal(set) var catalogs: [Catalog] = []

    /// Nothing asked.
    public init() {}

    /// How many matches there are.
    public var count: Int { catalogs.reduce(0) { $0 + $1.documents.count } }

    /// What some of the catalogues gave.
    public func only(_ names: Set<String>) -> CrossMatches {
        var part = CrossMatches()
        part.catalogs = catalogs.filter { names.contains($0.name) }
        return part
    }

    /// `{catalogue: [matches]}`, as an object's document has it under `cross_matches`.
    public var document: Document {
        var writer = DocumentWriter(capacity: 512)
        for catalog in catalogs { writer.append(catalog.name, documents: catalog.documents) }
        return writer.finish()
    }

    /// `{catalogue: version}`, as an object's document has it under `cross_match_versions`.
    public var versions: Document {
        var writer = DocumentWriter(capacity: 512)
        for catalog in catalogs { writer.append(catalog.name, string: catalog.version) }
        return writer.finish()
    }
}

/// What was found at the positions of a batch, and how the catalogues were.
public struct CrossMatchBatch: Sendable {
    /// One per position, in their order.
    public internal(set) var objects: [CrossMatches] = []
    /// The catalogues that have an index, with what it says of itself.
    public internal(set) var loaded: [CatalogDescription] = []
    /// The catalogues that have none.
    public internal(set) var missing: [String] = []
    /// What failed, one entry per catalogue.
    public internal(set) var faults: [Fault] = []

    /// No positions, no catalogues.
    public init() {}

    /// A catalogue that could not be asked.
    public struct Fault: Sendable, Equatable {
        /// The catalogue's name.
        public let catalog: String
        /// What is wrong, for the first of the positions.
        public let reason: String
        /// How many positions it was asked for in vain.
        public internal(set) var positions: Int
    }

    /// How many matches each catalogue gave.
    public var matches: [String: Int] {
        objects.reduce(into: [:]) { counts, object in
            for catalog in object.catalogs { counts[catalog.name, default: 0] += catalog.documents.count }
        }
    }

    /// Adds what was found at further positions of the batch.
    public mutating func append(_ other: CrossMatchBatch) {
        objects += other.objects
        for fault in other.faults { take(fault) }
        for description in other.loaded where !loaded.contains(where: { $0.name == description.name }) {
            loaded.append(description)
        }
        for name in other.missing where !missing.contains(name) { missing.append(name) }
    }

    /// Takes note of a fault.
    mutating func take(_ fault: Fault) {
        if let index = faults.firstIndex(where: { $0.catalog == fault.catalog }) {
            faults[index].positions += fault.positions
        } else {
            faults.append(fault)
        }
    }
}
