@_exported import TestSupport
import Documents
import Foundation
import Mongo

@testable import Archive

/// Alerts, made by hand.
enum LightCurveFixtures {
    /// An alert with a few fields.
    static func alert(
        _ candid: Int64, of objectID: String = "ZTF26aaaaaaa", magnitude: Double? = 18,
        previous: [Document] = [], forced: [Document] = [], seenFromBeginning: Bool = true,
        programid: Int64 = 1
    ) -> Alert {
        var candidate = DocumentWriter()
        candidate.append("candid", int64: candid)
        candidate.append("jd", double: 2_461_000.5)
        candidate.append("programid", int32: Int32(programid))
        if let magnitude { candidate.append("magpsf", double: magnitude) }
        let document: Document = [
            "_id": .int64(candid), "objectId": .string(objectID), "candid": .int64(candid),
            "candidate": .document(candidate.finish()),
            "coordinates": ["radec_geojson": ["type": "Point", "coordinates": [-170.0, 20.0]]],
        ]
        return Alert(
            candid: candid, objectID: objectID, document: document,
            histories: ["prv_candidates": views(previous), "fp_hists": views(forced)],
            seenFromBeginning: seenFromBeginning)
    }

    /// A point of forced photometry as it is stored; a magnitude that is nil is not there.
    static func epoch(_ jd: Double, _ magnitude: Double?, note: Int64 = 0, padding: Int = 0) -> Document {
        var writer = DocumentWriter()
        writer.append("jd", double: jd)
        writer.append("note", .integer(note))
        if let magnitude { writer.append("alert_mag", double: magnitude) }
        if padding > 0 { writer.append("padding", string: String(repeating: "x", count: padding)) }
        return writer.finish()
    }

    /// The same numbers for the same seed (Steele, Lea and Flood 2014, SplitMix64).
    struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// The documents as views into one array, as a packet's are.
    static func views(_ documents: [Document]) -> [DocumentView] {
        var writer = DocumentWriter()
        writer.append("points", documents: documents)
        return Array(writer.finish().documents(at: "points"))
    }
}

/// What the rules say of a light curve, however its alerts arrive: written down without regard to cost.
struct LightCurveModel {
    private(set) var previous: Set<[UInt8]> = []
    /// All points that were brought, by Julian date.
    private(set) var forced: [Double: [Document]] = [:]

    mutating func add(_ alert: Alert) {
        for point in alert.histories["prv_candidates"] ?? [] { previous.insert(point.document.bytes) }
        for point in alert.histories["fp_hists"] ?? [] {
            forced[point.double(at: "jd") ?? .nan, default: []].append(point.document)
        }
    }

    /// How magnitudes compare: a missing one wins, one that is not a number never does.
    static func rank(_ point: Document) -> Double {
        guard let magnitude = point.double(at: "alert_mag") else { return -.infinity }
        return magnitude.isNaN ? .infinity : magnitude
    }

    /// What is wrong with a stored document; nil where nothing is. Of equally bright points any may be there.
    func fault(of document: Document, keepsForced: Bool) -> String? {
        let stored = document.documents(at: "prv_candidates").map(\.document.bytes)
        guard stored.count == Set(stored).count else { return "a point of prv_candidates is there twice" }
        guard Set(stored) == previous else { return "prv_candidates are not the union of the packets'" }
        guard keepsForced else { return document.exists(at: "fp_hists") ? "fp_hists are there" : nil }
        let epochs = document.documents(at: "fp_hists").map(\.document)
        let dates = epochs.map { $0.double(at: "jd") ?? .nan }
        guard dates == forced.keys.sorted() else { return "fp_hists have the dates \(dates)" }
        for (jd, epoch) in zip(dates, epochs) {
            let brought = forced[jd] ?? []
            let best = brought.map(Self.rank).min()
            guard brought.contains(epoch), Self.rank(epoch) == best else {
                return "at \(jd) there is \(epoch) of \(brought)"
            }
        }
        return nil
    }
}

/// Lends a database with the survey's collections, which is gone afterwards.
func withSurveyDatabase<Result>(_ body: (Database) async throws -> Result) async throws -> Result {
    try await withDatabase { database in
        try await Collections.prepare(database, for: .ztf)
        return try await body(database)
    }
}
