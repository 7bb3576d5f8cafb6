import Aggregation
import Documents
import Sky

/// One catalogue being asked for one position after the other, on one thread.
struct CatalogSearch {
    private let rule: CatalogRule
    private let index: CatalogIndex
    private var condition: Execution?
    private var selection: Execution?

    /// - Parameters:
    ///   - rule: what is asked for.
    ///   - index: the catalogue's.
    init(_ rule: CatalogRule, _ index: CatalogIndex) {
        self.rule = rule
        self.index = index
        // No rule has a reason to ask for the time, and the same position is to give the same matches tomorrow.
        condition = rule.condition.map { Execution($0, now: 0) }
        selection = rule.selection.map { Execution($0, now: 0) }
    }

    /// The matches at a position, nearest first.
    /// - Throws: `CatalogIndexError`; `UnusableRow` where the filter or the projection fails on a row.
    mutating func matches(at position: Coordinates) throws -> [Document] {
        let near = try index.matches(within: rule.degrees, of: position)
        if let distance = rule.distance { return try galaxies(near, distance, at: position) }
        var documents: [Document] = []
        for match in near where try isWanted(match.document) {
            let document = try selected(match.document)
            documents.append(
                rule.addsDistances
                    ? document.addingCoordinates([
                        "distance_arcsec": .double((match.separation * 3600).toHundredths)
                    ]) : document)
        }
        return documents
    }

    /// The rows that a position belongs to by their distances, and the large galaxies that it lies in.
    private mutating func galaxies(
        _ near: [CatalogMatch], _ rule: DistanceRule, at position: Coordinates
    ) throws -> [Document] {
        var found: [(separation: Double, document: Document)] = []
        for match in near where try isWanted(match.document) {
            let row = match.document
            // A large galaxy's own row is the one that has its ellipse.
            if let id = row.int64(at: "_id"), LargeGalaxy.all.contains(where: { $0.id == id }) { continue }
            // Of a row without a distance nobody can tell what belongs to it.
            guard let distance = row.double(at: Path(rule.field)), distance.isFinite,
                let center = row.center, let radius = rule.reach(at: distance),
                let circle = try? Ellipse(
                    center: center, semiMajorAxis: radius, axisRatio: 1, positionAngle: 0),
                circle.contains(position)
            else { continue }
            let separation = position.separation(from: center)
            found.append(
                (separation, try selected(row).addingDistances(separation, rule, at: distance)))
        }
        for galaxy in LargeGalaxy.all where galaxy.ellipse.contains(position) {
            let separation = position.separation(from: galaxy.ellipse.center)
            found.append(
                (
                    separation,
                    galaxy.document(for: rule).addingDistances(
                        separation, rule, at: galaxy.distance(in: rule.measure))
                ))
        }
        return found.enumerated().sorted {
            ($0.element.separation, $0.offset) < ($1.element.separation, $1.offset)
        }.map(\.element.document)
    }

    private mutating func isWanted(_ document: Document) throws -> Bool {
        guard condition != nil, let outcome = condition?.outcome(on: Subject(document)) else { return true }
        return try results(outcome, "filter").count > 0
    }

    private mutating func selected(_ document: Document) throws -> Document {
        guard selection != nil, let outcome = selection?.outcome(on: Subject(document)) else {
            return document
        }
        return try results(outcome, "projection").documents.first ?? Document()
    }

    private func results(_ outcome: Execution.Outcome, _ part: String) throws -> Results {
        switch outcome {
        case .results(let results): return results
        case .failed(_, let reason), .unsupported(let reason), .exhausted(let reason):
            throw UnusableRow(part: part, reason: reason)
        case .later: throw UnusableRow(part: part, reason: "a field is missing")
        }
    }
}

/// A row on which a rule's filter or projection fails.
struct UnusableRow: Error, CustomStringConvertible {
    let part: String
    let reason: String

    var description: String { "the \(part) fails on a row: \(reason)" }
}

extension DistanceRule {
    /// The radius as an angle that a circle can have; nil where it is none.
    fileprivate func reach(at distance: Double) -> Double? {
        let radius = radius(at: distance)
        return radius.isFinite && radius > 0 ? min(radius, 90) : nil
    }
}

extension LargeGalaxy {
    /// The row's `_id`.
    fileprivate var id: Int64? { document.int64(at: "_id") }
}

extension Document {
    /// Where a row is: its own `ra` and `dec`, as Kowalski reads them, and where it has none its GeoJSON point.
    fileprivate var center: Coordinates? {
        if let ra = double(at: "ra"), let dec = double(at: "dec") {
            return try? Coordinates(ra: ra, dec: dec)
        }
        guard let point = array(at: "coordinates.radec_geojson.coordinates"), point.count == 2,
            let longitude = point[0].double, let dec = point[1].double
        else { return nil }
        return try? Coordinates(folding: longitude + 180, dec: dec)
    }

    /// The document with `coordinates.distance_arcsec` and `coordinates.distance_kpc`, which is −1 where the galaxy is
    /// too near to tell.
    fileprivate func addingDistances(_ separation: Double, _ rule: DistanceRule, at distance: Double)
        -> Document
    {
        let kiloparsecs = rule.kiloparsecs(separation, at: distance)
        return addingCoordinates([
            "distance_arcsec": .double((separation * 3600).toHundredths),
            "distance_kpc": kiloparsecs.map { .double($0.toHundredths) } ?? .int32(-1),
        ])
    }

    /// The document with more fields in `coordinates`, in place of those of the same names.
    fileprivate func addingCoordinates(_ fields: Document) -> Document {
        var writer = DocumentWriter(capacity: bytes.count + 96)
        var isThere = false
        for element in elements {
            guard element.key == "coordinates", let coordinates = element.view else {
                writer.append(element)
                continue
            }
            isThere = true
            writer.beginDocument("coordinates")
            for inner in coordinates.elements where fields.element(key: inner.key) == nil {
                writer.append(inner)
            }
            writer.append(contentsOf: fields.view)
            writer.end()
        }
        if !isThere { writer.append("coordinates", document: fields) }
        return writer.finish()
    }
}
