import Documents
import Mongo
import Sky

/// Decides which objects the sources of a batch are, one after the other, and what is to be written for it.
struct AssociationPlan {
    private let survey: String
    /// In degrees.
    private let radius: Double
    /// Of the calendar; for sources without a time.
    private let currentYear: Int
    private var cells: [Int: AssociationCell]
    private var guarded: Set<Int> = []
    private var created: [String: NewObject] = [:]
    private var names: [String] = []
    private var joins: [WriteOperation] = []
    /// The objects of the sources that have names in their survey, by these names.
    private(set) var known: [String: String]

    /// An object that is to be made.
    private struct NewObject {
        let source: AssociationSource
        var members: [Document] = []
    }

    /// - Parameters:
    ///   - survey: the name of the survey.
    ///   - radius: in degrees.
    ///   - cells: all cells that the sources' searches look at, as far as they are stored.
    ///   - known: the objects that are known by their names in the survey.
    init(
        survey: String, radius: Double, currentYear: Int, cells: [Int: AssociationCell],
        known: [String: String]
    ) {
        self.survey = survey
        self.radius = radius
        self.currentYear = currentYear
        self.cells = cells
        self.known = known
    }

    /// The object of a source: that of its name; the nearest one within the radius, and of equally near ones the first
    /// by name; a new one.
    /// - Throws: `AssociationFault` where no name is left for a new one.
    mutating func object(of source: AssociationSource) throws(AssociationFault) -> String {
        if let objectID = source.objectID, let aid = known[objectID] { return aid }
        let searched = AssociationCell.cells(within: radius, of: source.coordinates)
        let around = searched.flatMap { cells[$0]?.objects ?? [] }
        let near = around.map {
            (separation: $0.coordinates.separation(from: source.coordinates), $0.aid)
        }
        .filter { $0.separation <= radius }
        if let nearest = near.min(by: { ($0.separation, $0.1) < ($1.separation, $1.1) }) {
            join(nearest.1, source)
            return nearest.1
        }
        let aid = try name(of: source, among: Set(around.map(\.aid)))
        guarded.formUnion(searched)
        let home = AssociationCell.division.pixel(at: source.coordinates)
        guarded.insert(home)
        cells[home, default: AssociationCell()].add(
            AssociationCell.Member(aid: aid, coordinates: source.coordinates))
        created[aid] = NewObject(source: source)
        names.append(aid)
        join(aid, source)
        return aid
    }

    private mutating func join(_ aid: String, _ source: AssociationSource) {
        // Where the survey has no names, ours is the object's.
        let member: Document = ["survey": .string(survey), "id": .string(source.objectID ?? aid)]
        if let objectID = source.objectID { known[objectID] = aid }
        guard created[aid] == nil else {
            if created[aid]?.members.contains(member) == false { created[aid]?.members.append(member) }
            return
        }
        joins.append(
            .updateOne(
                filter: ["_id": .string(aid)],
                update: .operators([
                    "$addToSet": ["oids": .document(member), "surveys": .string(survey)]
                ])))
    }

    private func name(
        of source: AssociationSource, among taken: Set<String>
    ) throws(AssociationFault) -> String {
        let year = JulianDate(days: source.jd).time?.calendar.year ?? currentYear
        let number = AssociationNumber(source.coordinates)
        for duplicate in 0..<AssociationNumber.duplicates {
            let name = number.name(year: year, duplicate: duplicate)
            if !taken.contains(name) { return name }
        }
        throw AssociationFault.noNameLeft(number.name(year: year))
    }

    /// What is to be written, all or nothing; empty where all sources are known.
    var writes: [CollectionWrites] {
        let order = guarded.sorted()
        let isNew = { (cell: Int) in cells[cell]?.isStored != true }
        let guards = (order.filter(isNew) + order.filter { !isNew($0) }).map { cell in
            (cells[cell] ?? AssociationCell()).write(to: cell)
        }
        let objects = names.compactMap { name in created[name].map { document(name, $0) } }
        return [
            CollectionWrites(Collections.associationCells, guards),
            CollectionWrites(Collections.associations, objects.map(WriteOperation.insertOne) + joins),
        ].filter { !$0.operations.isEmpty }
    }

    private func document(_ aid: String, _ object: NewObject) -> Document {
        let place = object.source.coordinates
        return [
            "_id": .string(aid),
            "coordinates": [
                "radec_geojson": [
                    "type": "Point", "coordinates": [.double(place.geojsonLongitude), .double(place.dec)],
                ]
            ],
            "ra": .double(place.ra), "dec": .double(place.dec), "jd": .double(object.source.jd),
            "surveys": [.string(survey)], "oids": .list(object.members.map { .document($0) }),
            "radius_arcsec": .double(radius * 3600),
        ]
    }
}

/// Why a source cannot be associated.
public enum AssociationFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// A hundred objects share the digits of a position.
    case noNameLeft(String)
    /// The objects near so many sources have changed each time between being read and being written.
    case changing(sources: Int)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .noNameLeft(let name): "a hundred objects have the digits of \(name)"
        case .changing(let sources): "the objects near \(sources) sources do not stay as they were read"
        }
    }
}
