public import Documents
import Mongo

/// What makes one survey different from another: names of fields, collections and topics, rules of its
/// histories. A survey is a value; adding one is one file that defines it.
public struct Survey: Sendable {
    /// Short name, as in settings and routes: "ZTF".
    public let name: String
    /// Collection of alerts.
    public let alerts: String
    /// Collection of light curves and cross-matches, one document per object.
    public let auxiliary: String
    /// Collection of people's labels and of scores, one document per alert.
    public let classifications: String
    /// Where a packet has what the broker itself needs.
    public let fields: Fields
    /// The packet's arrays that are kept per object and not per alert.
    public let histories: [HistoryRule]
    /// Kafka topics of one night, with `{date}` (YYYYMMDD, UTC) and `{programid}`.
    public let topic: String
    /// The programs that have topics of their own.
    public let programs: [Int]
    /// How the packet's image stamps are stored.
    public let stamps: Stamps
    /// Indexes of the alert collection besides those that all surveys have.
    let furtherIndexes: [Index]
    /// How much of an object's histories its alerts' filters see.
    public var filterWindow = FilterWindow(days: 1000, pointsHavePrograms: false)

    /// How much of an object's histories the filters of an alert see.
    public struct FilterWindow: Sendable, Equatable {
        /// Points this many days before the alert, or more, are left out.
        public let days: Int64
        /// Whether points have a `programid`, so that those of other programs are left out.
        public let pointsHavePrograms: Bool
    }

    /// How a packet's image stamps, gzipped FITS files, are stored in an alert.
    public struct Stamps: Sendable {
        /// The fields of the science, the template and the difference image.
        public let fields: (science: String, template: String, difference: String)
        /// Whether a field is `{fileName, stampData}`, and not the bytes themselves.
        public let isNamed: Bool
        /// What makes North up and East left.
        public let orientation: Orientation

        /// How a stamp's pixels lie.
        public enum Orientation: Sendable {
            /// North is up.
            case northUp
            /// To be flipped upside down.
            case flipped
            /// To be mirrored left to right, then turned by a quarter three times counterclockwise.
            case mirroredAndTurned
        }
    }

    /// Paths into a packet.
    public struct Fields: Sendable {
        /// The alert's number, a top-level field.
        public let candid: String
        /// The survey's name for the object, a top-level field.
        public let objectID: String
        /// The program that the alert belongs to, which says who may see it; nil where all is public.
        public let programID: Path?
        /// Julian date of the exposure's start, UTC days.
        public let jd: Path
        /// Right ascension, degrees.
        public let ra: Path
        /// Declination, degrees.
        public let dec: Path
        /// PSF magnitude, AB.
        public let magnitude: Path
        /// How often the object was detected so far.
        public let detections: Path
        /// Julian date of the first detection.
        public let firstDetection: Path
    }

    /// Whether a collection is one of the survey's own.
    func hasCollection(_ name: String) -> Bool {
        [alerts, auxiliary, classifications, recent, older].contains(name)
    }

    /// The topics of one night.
    /// - Parameter date: YYYYMMDD, UTC.
    public func topics(of date: String) -> [String] {
        let dated = topic.replacing("{date}", with: date)
        guard dated.contains("{programid}") else { return [dated] }
        return programs.map { dated.replacing("{programid}", with: String($0)) }
    }
}

/// How one of a packet's histories is kept in the object's document.
public struct HistoryRule: Sendable, Equatable {
    /// Name of the array in the packet and in the object's document.
    public let field: String
    /// A value that stands for "missing" and is dropped with its key; nulls always are.
    public let sentinel: Double?
    /// How points of several packets become one array.
    public let merge: Merge

    /// How points of several packets become one array.
    public enum Merge: Sendable, Equatable {
        /// Every distinct point once, in order of arrival.
        case distinct
        /// One point per Julian date, that of the alert with the smallest magnitude; sorted by Julian date;
        /// kept only for objects seen from their beginning.
        case brightestAlert
    }

    /// - Parameters:
    ///   - field: name of the array.
    ///   - sentinel: a value that stands for "missing".
    ///   - merge: how points of several packets become one array.
    public init(field: String, sentinel: Double? = nil, merge: Merge) {
        self.field = field
        self.sentinel = sentinel
        self.merge = merge
    }
}
