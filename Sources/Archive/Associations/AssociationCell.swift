import Documents
import Mongo
import Sky

/// A part of the sky with the objects that lie in it: what an association reads, and what guards it.
///
/// Whoever makes an object counts up, in the same transaction, every cell that the search around the object has looked
/// at, on condition that none of them has changed since it was read. Of two who find nothing at the same place one
/// therefore comes too late and looks again. The division must stay what it is as long as there are stored cells.
struct AssociationCell: Sendable {
    /// Its objects.
    private(set) var objects: [Member] = []
    /// How often it has been written; nil where it is not stored yet.
    private let changes: Int64?
    /// Objects that are to be added.
    private var added: [Member] = []

    /// An object and its place.
    struct Member: Sendable {
        let aid: String
        let coordinates: Coordinates
    }

    /// The division of the sky into cells of 26 arcseconds, HEALPix of order 13 in the nested scheme: a search of 1.5
    /// arcseconds looks at 1.2 of them in the mean, and 500 new objects of one exposure of 47 square degrees meet those of
    /// another process in few of them.
    static let division = HEALPix(resolution: 26.0 / 3600)

    /// Positions that share the digits of a name are closer than this, in degrees: 0.01 s and 0.1″.
    private static let digits = 0.2 / 3600

    /// The cells that a search looks at, ascending.
    /// - Parameter radius: in degrees.
    static func cells(within radius: Double, of center: Coordinates) -> [Int] {
        // Names that are taken are looked for, too.
        division.ranges(within: max(radius, digits) * (1 + 1e-9), of: center, .overlapping).flatMap {
            $0
        }
    }

    /// One that is not stored.
    init() { changes = nil }

    /// As it is stored.
    init(_ document: Document) {
        changes = document.int64(at: "n") ?? 0
        objects = document.documents(at: "objects").compactMap { member in
            guard let aid = member.string(at: "aid"), let ra = member.double(at: "ra"),
                let dec = member.double(at: "dec"), let coordinates = try? Coordinates(ra: ra, dec: dec)
            else { return nil }
            return Member(aid: aid, coordinates: coordinates)
        }
    }

    /// Whether it is stored already.
    var isStored: Bool { changes != nil }

    /// Adds an object that lies in it.
    mutating func add(_ member: Member) {
        objects.append(member)
        added.append(member)
    }

    /// Counts it up and stores what was added, unless it has changed since it was read.
    func write(to cell: Int) -> WriteOperation {
        let members = Value.list(
            added.map { member in
                [
                    "aid": .string(member.aid), "ra": .double(member.coordinates.ra),
                    "dec": .double(member.coordinates.dec),
                ]
            })
        let id = Value.integer(Int64(cell))
        guard let changes else {
            return .insertOne(["_id": id, "n": .int64(1), "objects": members])
        }
        return .updateOne(
            filter: ["_id": id, "n": .int64(changes)],
            update: .operators(["$inc": ["n": .int64(1)], "$push": ["objects": ["$each": members]]]))
    }
}
