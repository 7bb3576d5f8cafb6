public import Documents
import Foundation

/// One measurement of an object's brightness, or one time at which it was not seen.
public struct LightCurvePoint: Sendable, Equatable {
    /// Start of the exposure, Julian date, UTC.
    public let jd: Double
    /// The survey's number of the filter; nil where it has none.
    public let filterID: Int64?
    /// Name of the filter: `ztfg`; nil where it is not known.
    public let filter: String?
    /// AB magnitude; nil where nothing was detected, or where forced photometry has no positive flux.
    public let magnitude: Double?
    /// Its standard error.
    public let magnitudeError: Double?
    /// AB magnitude that the exposure could have detected at 5 sigma.
    public let limitingMagnitude: Double?
    /// Whether the source is brighter than in the template.
    public let isPositive: Bool?
    /// Flux above the template's, microjansky; negative where the source is fainter.
    public let flux: Double?
    /// Its standard error, microjansky; where nothing was detected a fifth of the limiting flux.
    public let fluxError: Double?
    /// Position of the detection, degrees.
    public let ra: Double?
    /// Position of the detection, degrees.
    public let dec: Double?
    /// The program that says who may see it.
    public let programID: Int64?
    /// Where it comes from: `alert`, or the name of a history.
    public let source: String
    /// The alert's number, of detections.
    public let candid: Int64?

    /// A source of so many magnitudes has a flux of 1 microjansky (AB: 3631 Jy at magnitude 0).
    private static let zeroPoint = 23.9
    /// Offset of modified Julian dates.
    private static let modified = 2_400_000.5

    /// Fields of `candidate` that make a point.
    static let detectionFields = [
        "jd", "fid", "magpsf", "sigmapsf", "diffmaglim", "isdiffpos", "ra", "dec", "programid",
    ]
    /// Fields of a history's points that do.
    static let historyFields = detectionFields + ["candid"]
    /// Fields of forced photometry that do.
    static let forcedFields = [
        "jd", "fid", "forcediffimflux", "forcediffimfluxunc", "magzpsci", "diffmaglim", "procstatus",
        "programid",
    ]

    /// A point of an alert or of what earlier alerts had; nil without a time.
    /// - Parameters:
    ///   - point: the fields of `candidate`.
    ///   - candid: the alert's number; nil where nothing was detected.
    init?(detection point: DocumentView, candid: Int64?, source: String, of survey: Survey) {
        guard let jd = point.double(at: "jd"), jd.isFinite else { return nil }
        self.jd = jd
        filterID = point.int64(at: "fid")
        filter = survey.filter(filterID)
        let magnitude = Self.real(point, "magpsf")
        let magnitudeError = magnitude == nil ? nil : Self.real(point, "sigmapsf")
        let limitingMagnitude = Self.real(point, "diffmaglim")
        let isPositive = magnitude == nil ? nil : Self.sign(point["isdiffpos"])
        var (flux, fluxError): (Double?, Double?) = (nil, nil)
        if let magnitude, let isPositive {
            let brightness = pow(10, -0.4 * (magnitude - Self.zeroPoint))
            flux = isPositive ? brightness : -brightness
            fluxError = magnitudeError.map { $0 * brightness * log(10) / 2.5 }
        } else if magnitude == nil, let limitingMagnitude {
            fluxError = pow(10, -0.4 * (limitingMagnitude - Self.zeroPoint)) / 5
        }
        self.magnitude = magnitude
        self.magnitudeError = magnitudeError
        self.limitingMagnitude = limitingMagnitude
        self.isPositive = isPositive
        self.flux = flux
        self.fluxError = fluxError
        ra = magnitude == nil ? nil : Self.real(point, "ra")
        dec = magnitude == nil ? nil : point.double(at: "dec").flatMap { abs($0) <= 90 ? $0 : nil }
        programID = point.int64(at: "programid")
        self.source = source
        self.candid = candid
    }

    /// A point of forced photometry; nil without time, flux or zero point, and where the survey's own processing failed.
    init?(forced point: DocumentView, source: String, of survey: Survey) {
        let isGood = point.string(at: "procstatus") == "0" || point.int64(at: "procstatus") == 0
        guard isGood, let jd = point.double(at: "jd"), jd.isFinite,
            let counts = point.double(at: "forcediffimflux"), counts.isFinite, counts != Self.absent,
            let countsError = Self.real(point, "forcediffimfluxunc"),
            let zero = Self.real(point, "magzpsci")
        else { return nil }
        let scale = pow(10, -0.4 * (zero - Self.zeroPoint))
        self.jd = jd
        filterID = point.int64(at: "fid")
        filter = survey.filter(filterID)
        magnitude = counts > 0 ? zero - 2.5 * log10(counts) : nil
        magnitudeError = counts > 0 ? 2.5 / log(10) * countsError / counts : nil
        limitingMagnitude = Self.real(point, "diffmaglim")
        isPositive = counts >= 0
        flux = counts * scale
        fluxError = countsError * scale
        (ra, dec) = (nil, nil)
        programID = point.int64(at: "programid")
        self.source = source
        candid = nil
    }

    /// What ZTF's forced photometry says where there is nothing.
    private static let absent = -99_999.0

    /// A number that cannot be below zero: what is, stands for "missing" (-999, -99999).
    private static func real(_ point: DocumentView, _ field: Path) -> Double? {
        point.double(at: field).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }

    /// The surveys' ways to say that a subtraction is positive or negative; nil for anything else.
    private static func sign(_ value: Value?) -> Bool? {
        switch value {
        case .bool(let isPositive): isPositive
        case .string("t"), .string("T"), .string("1"), .string("y"), .string("Y"): true
        case .string("f"), .string("F"), .string("0"), .string("n"), .string("N"): false
        default: value?.double.map { $0 > 0 }
        }
    }

    /// The point with all its fields, null where something is missing.
    public var document: Document {
        var writer = DocumentWriter(capacity: 300)
        func append(_ key: String, _ number: Double?) {
            writer.append(key, number.map { .double($0) } ?? .null)
        }
        append("jd", jd)
        append("mjd", jd - Self.modified)
        writer.append("fid", filterID.map { .integer($0) } ?? .null)
        writer.append("filter", filter.map { .string($0) } ?? .null)
        append("mag", magnitude)
        append("magerr", magnitudeError)
        append("diffmaglim", limitingMagnitude)
        writer.append("isdiffpos", isPositive.map { .bool($0) } ?? .null)
        append("flux", flux)
        append("fluxerr", fluxError)
        append("ra", ra)
        append("dec", dec)
        writer.append("programid", programID.map { .integer($0) } ?? .null)
        writer.append("source", string: source)
        writer.append("candid", candid.map { .integer($0) } ?? .null)
        writer.append("candid_str", candid.map { .string(String($0)) } ?? .null)
        return writer.finish()
    }
}
