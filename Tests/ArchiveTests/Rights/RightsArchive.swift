import Documents
import Mongo

@testable import Archive

/// Random documents of three programs, and the same with everything removed that is foreign to some programs.
struct RightsArchive {
    /// The documents of each collection.
    private(set) var documents: [(collection: String, documents: [Document])] = []

    /// The name of an object.
    static func object(_ number: Int) -> String { "ZTF\(number)" }

    /// - Parameters:
    ///   - seed: the same documents for the same seed.
    ///   - programs: what is not foreign.
    ///   - keepsForeign: whether what is foreign is there, too.
    init(seed: UInt64, programs: [Int64], keepsForeign: Bool) {
        var generator = LightCurveFixtures.Numbers(state: seed)
        func number(_ range: Range<Int64>) -> Int64 { .random(in: range, using: &generator) }
        func isKept(_ program: Int64) -> Bool { keepsForeign || programs.contains(program) }
        /// A text that is a number in what is not foreign, and fails to be one elsewhere.
        func note(_ programsOfDocument: [Int64]) -> Value {
            programsOfDocument.contains { programs.contains($0) } ? "7" : "hidden"
        }
        var (alerts, recent, older, labels): ([Document], [Document], [Document], [Document]) = (
            [], [], [], []
        )
        var candid: Int64 = 1000
        for object in 0..<12 {
            let name = Self.object(object)
            // Some objects have alerts of one program only, some none at all.
            let possible: [Int64] = [[1], [2], [3], [1, 2], [1, 2, 3], [2, 3]][Int(number(0..<6))]
            var programsOfObject: [Int64] = []
            for _ in 0..<number(0..<7) {
                candid += number(1..<20)
                let program = possible[Int(number(0..<Int64(possible.count)))]
                let candidate: Document = [
                    "programid": .integer(program), "magpsf": .double(Double(number(0..<6))),
                    "fid": .integer(number(1..<4)),
                ]
                let position: Value = [.double(Double(number(8..<14))), .double(Double(number(18..<24)))]
                let alert: Document = [
                    "_id": .int64(candid), "candid": .int64(candid), "objectId": .string(name),
                    "candidate": .document(candidate), "link": .string(Self.object(Int(number(0..<12)))),
                    "note": note([program]),
                    "coordinates": ["radec_geojson": ["type": "Point", "coordinates": position]],
                ]
                let label: Document = [
                    "_id": .int64(candid), "objectId": .string(name), "note": note([program]),
                    "human_labels": ["SN": .integer(number(0..<5))],
                    "ml_scores": ["x": .integer(number(0..<5))],
                ]
                let isLabelled = number(0..<2) == 0
                programsOfObject.append(program)
                guard isKept(program) else { continue }
                alerts.append(alert)
                if isLabelled { labels.append(label) }
            }
            func points(_ count: Int64) -> [Document] {
                (0..<count).map { _ in
                    [
                        "programid": .integer(number(1..<4)), "magpsf": .integer(number(0..<6)),
                        "candid": .int64(1000 + number(0..<700)), "jd": .double(Double(number(0..<1000))),
                    ]
                }
            }
            func visible(_ points: [Document]) -> Value {
                .list(points.filter { isKept($0.int64(at: "programid") ?? 0) }.map { .document($0) })
            }
            var writer = DocumentWriter()
            writer.append("_id", string: name)
            writer.append("cross_matches", ["n": .integer(number(0..<5))])
            writer.append("note", note(programsOfObject))
            let (previous, forced) = (points(number(0..<6)), points(number(0..<4)))
            let (hasPrevious, hasForced, pieces) = (number(0..<6) > 0, number(0..<3) > 0, number(0..<3))
            if hasPrevious { writer.append("prv_candidates", visible(previous)) }
            if hasForced { writer.append("fp_hists", visible(forced)) }
            if pieces > 0 { writer.append("older", ["count": .integer(pieces), "until": 1.0]) }
            let isObjectKept = keepsForeign || programsOfObject.contains(where: isKept)
            if isObjectKept { recent.append(writer.finish()) }
            for piece in 0..<pieces {
                let (previous, forced) = (points(number(0..<4)), points(number(0..<4)))
                guard isObjectKept else { continue }
                older.append([
                    "_id": .string("\(name)#\(piece)"), "objectId": .string(name), "n": .integer(piece),
                    "prv_candidates": visible(previous), "fp_hists": visible(forced),
                ])
            }
        }
        let stars: [Document] = (0..<15).map { star in
            [
                "_id": .integer(star), "objectId": .string(Self.object(Int(number(0..<12)))),
                "group": .integer(star % 4),
                "mag": .integer(number(0..<6)), "candid": .int64(1000 + number(0..<700)), "note": "5",
                "link": .string(Self.object(Int(number(0..<12)))),
            ]
        }
        let publicAlerts: [Document] = (0..<6).map { alert in
            [
                "_id": .integer(alert), "candid": .integer(1000 + alert),
                "objectId": .string(Self.object(Int(alert))),
                "candidate": ["magpsf": .integer(alert)], "note": "5",
            ]
        }
        documents = [
            ("ZTF_alerts", alerts), ("ZTF_alerts_aux_recent", recent), ("ZTF_alerts_aux_older", older),
            ("ZTF_alerts_classifications", labels), ("stars", stars), ("PGIR_alerts", publicAlerts),
        ]
    }

    /// Stores the documents, with the indexes that queries lean on.
    func store(in database: Database) async throws {
        try await database.prepareLightCurves(of: .ztf)
        try await database.createIndexes(
            "ZTF_alerts",
            [
                Index(name: "objectId", keys: ["objectId": -1]), Index(name: "candid", keys: ["candid": -1]),
                Index(name: "position", keys: ["coordinates.radec_geojson": "2dsphere"]),
            ])
        for (collection, documents) in documents where !documents.isEmpty {
            _ = try await database.insert(collection, documents, ordered: true)
        }
    }
}

/// What a query gave: its documents in an order of their own, or why it failed.
enum Outcome: Equatable, CustomStringConvertible {
    case documents([Value])
    case value(Value?)
    case error(String)

    /// Runs a query.
    init(_ query: Query, on database: Database, for user: User) async throws {
        do {
            switch try await QueryRunner(database, surveys: Archive.surveys).run(query, for: user) {
            case .value(let value): self = .value(value)
            case .documents(let cursor):
                var documents: [Value] = []
                while let batch = try await cursor.nextBatch() { documents += batch.map { .document($0) } }
                self = .documents(Self.sorted(documents))
            case .positions, .dropped: preconditionFailure("no query of these tests answers so")
            }
        } catch let error as MongoError {
            self = .error(error.reason)
        } catch let error as RequestError {
            self = .error(error.description)
        }
    }

    /// The values in the order of their texts, and so the lists in them: their order depends on plans.
    private static func sorted(_ values: [Value]) -> [Value] {
        values.map(canonical).map { ($0, text($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
    }

    private static func text(_ value: Value) -> String {
        var bytes: [UInt8] = []
        ExtendedJSON.append(value, to: &bytes, mode: .canonical)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func canonical(_ value: Value) -> Value {
        switch value {
        case .document(let document):
            var writer = DocumentWriter()
            for element in document.elements { writer.append(element.key, canonical(element.value)) }
            return .document(writer.finish())
        case .array: return .list(sorted(value.list ?? []))
        default: return value
        }
    }

    /// The same with the documents' own fields in alphabetic order.
    var withSortedFields: Outcome {
        guard case .documents(let documents) = self else { return self }
        return .documents(
            Self.sorted(
                documents.map { document in
                    var writer = DocumentWriter()
                    let elements = (document.document ?? [:]).elements.sorted { $0.key < $1.key }
                    for element in elements { writer.append(element) }
                    return .document(writer.finish())
                }))
    }

    /// The documents as they came, in Extended JSON.
    var description: String {
        switch self {
        case .documents(let documents): documents.map(Self.text).joined(separator: "\n")
        case .value(let value): value.map(Self.text) ?? "nothing"
        case .error(let reason): reason
        }
    }
}
