import Aggregation
public import Documents

/// How one catalogue is matched with a survey's objects: how far around a position, which rows, which fields of them.
///
/// The filter and the projection are compiled, so a rule that exists can be used.
public struct CatalogRule: Sendable {
    /// The catalogue's name, which is its collection's and the key of its matches.
    public let catalog: String
    /// How far around a position rows are looked for, as it was given.
    public let radius: Double
    /// What the radius is counted in.
    public let unit: Unit
    /// Which rows count, in MongoDB's query language; empty for all.
    public let filter: Document
    /// Which fields a match has, as a `find` of MongoDB takes it; empty for all.
    public let projection: Document
    /// Whether a match gets `coordinates.distance_arcsec`, which the rows of a `distance` rule always do.
    public let addsDistances: Bool
    /// The rule for rows of known distance; nil where every row within the radius is a match.
    public let distance: DistanceRule?

    /// The filter alone, which lets a document through or not.
    let condition: Program?
    /// The projection alone.
    let selection: Program?

    /// Units of a radius, by Kowalski's names.
    public enum Unit: String, Sendable, CaseIterable {
        case arcsec, arcmin, deg, rad

        /// How many degrees one of them is.
        var degrees: Double {
            switch self {
            case .arcsec: 1 / 3600
            case .arcmin: 1 / 60
            case .deg: 1
            case .rad: 180 / .pi
            }
        }
    }

    /// The largest radius that is searched, in degrees.
    public static let largestRadius = 5.0

    /// The radius in degrees.
    public var degrees: Double {
        switch unit {
        // One division is rounded once.
        case .arcsec: radius / 3600
        case .arcmin: radius / 60
        case .deg, .rad: radius * unit.degrees
        }
    }

    /// Takes and checks all of them.
    ///
    /// - Throws: `RuleFault` that names the key.
    public init(
        catalog: String, radius: Double, unit: Unit = .arcsec, filter: Document = [:],
        projection: Document = [:], addsDistances: Bool = false, distance: DistanceRule? = nil
    ) throws(RuleFault) {
        self.catalog = catalog
        self.radius = radius
        self.unit = unit
        self.filter = filter
        self.projection = projection
        self.addsDistances = addsDistances
        self.distance = distance
        condition = try Self.compiled("$match", filter, key: "filter")
        selection = try Self.compiled("$project", projection, key: "projection")
        guard radius > 0, degrees <= Self.largestRadius else {
            throw RuleFault(
                key: "cone_search_radius", reason: "not above 0 and at most \(Self.largestRadius) degrees")
        }
    }

    private static func compiled(
        _ stage: String, _ argument: Document, key: String
    ) throws(RuleFault) -> Program? {
        guard !argument.isEmpty else { return nil }
        do throws(CompileError) {
            return try Program([[stage: .document(argument)]])
        } catch {
            // The place begins with the stage's number and name.
            let place = error.place.split(separator: ".").dropFirst(2).joined(separator: ".")
            let reason = error.kind == .unsupported ? "not supported: \(error.reason)" : error.reason
            throw RuleFault(key: place.isEmpty ? key : "\(key).\(place)", reason: reason)
        }
    }
}

/// Why a rule cannot be used.
public struct RuleFault: Error, Sendable, Equatable {
    /// The setting's key below the catalogue, and the place in it: `filter.$and.0.z`.
    public let key: String
    /// What is wrong, lower case.
    public let reason: String
}

/// Which rows of a catalogue of known distances belong to a position: those whose centre is nearer than a physical
/// radius, which at the rows' distances is another angle for each.
public struct DistanceRule: Sendable, Equatable {
    /// The field of a row that says how far it is; a path with dots.
    public let field: String
    /// What that field has.
    public let measure: Measure
    /// The radius of distant rows: kiloparsecs.
    public let atDistance: Double
    /// The radius of near rows: arcseconds.
    public let lowDistance: Double

    /// What a distance is given in.
    public enum Measure: Sendable, Equatable {
        /// Redshift. One kiloparsec is taken to be an arcsecond at 0.05, and less in proportion beyond.
        case redshift
        /// Megaparsecs.
        case megaparsecs
    }

    /// Takes all of them.
    public init(field: String, measure: Measure, atDistance: Double, lowDistance: Double) {
        self.field = field
        self.measure = measure
        self.atDistance = atDistance
        self.lowDistance = lowDistance
    }
}
