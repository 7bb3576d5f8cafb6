import Documents

/// Pipelines put together at random from all ways in, whose results depend on nothing but the documents.
struct RandomPipelines {
    /// A collection and what random pipelines name of it.
    struct Catalog {
        let name: String
        /// Fields with numbers.
        let numbers: [String]
        /// Fields with names of objects, and with numbers of alerts.
        let names: [String]
        let candids: [String]
        /// A text that is a number in documents that are not foreign, and fails to be one in others.
        let note: String
    }

    static let alerts = Catalog(
        name: "ZTF_alerts", numbers: ["candidate.programid", "candidate.magpsf", "candidate.fid"],
        names: ["objectId", "link"], candids: ["candid", "_id"], note: "note")
    static let lightCurves = Catalog(
        name: "ZTF_alerts_aux",
        numbers: [
            "prv_candidates.programid", "fp_hists.magpsf", "prv_candidates.0.magpsf", "cross_matches.n",
        ],
        names: ["_id"], candids: ["prv_candidates.candid"], note: "note")
    static let classifications = Catalog(
        name: "ZTF_alerts_classifications", numbers: ["human_labels.SN", "ml_scores.x"], names: ["objectId"],
        candids: ["_id"], note: "note")
    static let stars = Catalog(
        name: "stars", numbers: ["group", "mag"], names: ["objectId"], candids: ["candid"], note: "note")
    static let publicAlerts = Catalog(
        name: "PGIR_alerts", numbers: ["candidate.magpsf"], names: ["objectId"], candids: ["candid"],
        note: "note")
    static let catalogs = [alerts, alerts, lightCurves, lightCurves, classifications, stars, publicAlerts]

    /// The points of a light curve, or none.
    private static let points: Value = ["$cond": [["$isArray": ["$prv_candidates"]], "$prv_candidates", []]]

    var generator: LightCurveFixtures.Numbers

    /// - Parameter seed: the same pipelines for the same seed.
    init(seed: UInt64) { generator = LightCurveFixtures.Numbers(state: seed) }

    private mutating func number(_ range: Range<Int64>) -> Int64 { .random(in: range, using: &generator) }
    private mutating func chance(_ part: Int64, of whole: Int64) -> Bool { number(0..<whole) < part }
    mutating func pick<Item>(_ items: [Item]) -> Item { items[Int(number(0..<Int64(items.count)))] }

    /// A pipeline.
    /// - Parameters:
    ///   - depth: how many joins and facets may lie in one another.
    ///   - mayBeNear: whether a nearest-neighbour search may begin it.
    mutating func pipeline(on catalog: Catalog, depth: Int, mayBeNear: Bool = true) -> [Document] {
        var stages: [Document] = []
        if mayBeNear, catalog.name == "ZTF_alerts", chance(1, of: 8) { stages.append(near(catalog)) }
        if chance(1, of: 2) { stages.append(["$match": .document(filter(catalog, depth: 2))]) }
        if chance(1, of: 6) { stages += [["$sort": ["_id": 1]], ["$limit": .integer(number(1..<20))]] }
        for _ in 0..<number(0..<4) { stages += stage(catalog, depth) }
        if stages.isEmpty { stages.append(["$match": [:]]) }
        return stages
    }

    private mutating func stage(_ catalog: Catalog, _ depth: Int) -> [Document] {
        let value = Value.string("$\(pick(catalog.numbers))")
        let name = Value.string("$\(pick(catalog.names))")
        switch number(0..<(depth > 0 ? 20 : 12)) {
        case 0, 1: return [["$match": .document(filter(catalog, depth: 2))]]
        case 2: return [["$project": ["_id": 1, "x": value, "note": 1, "y": ["$ifNull": [name, "none"]]]]]
        case 3: return [["$set": ["x": value, "n": ["$size": Self.points]]]]
        case 4: return [["$unwind": .string(pick(["$prv_candidates", "$fp_hists", "$joined", "$objectId"]))]]
        case 5:
            return [
                [
                    "$group": [
                        "_id": name, "n": ["$sum": 1], "all": ["$push": value], "most": ["$max": "$_id"],
                    ]
                ]
            ]
        case 6:
            return [
                ["$redact": ["$cond": [["$gt": [value, .integer(number(0..<4))]], "$$PRUNE", "$$KEEP"]]]
            ]
        case 7: return [["$replaceWith": ["$mergeObjects": ["$$ROOT", ["_id": "$_id", "x": value]]]]]
        case 8: return chance(1, of: 3) ? [["$count": "n"]] : [["$sortByCount": name]]
        case 9: return [["$sample": ["size": 100_000]]]
        case 10:
            let window: Value = ["documents": ["unbounded", "unbounded"]]
            return [
                [
                    "$setWindowFields": [
                        "partitionBy": name, "output": ["w": ["$sum": value, "window": window]],
                    ]
                ]
            ]
        case 11: return [["$unset": .string(pick(catalog.numbers))], ["$sort": ["_id": -1]]]
        case 12: return [facet(catalog, depth)]
        case 13, 14: return [graphLookup(catalog)] + after("found")
        default: return [lookup(catalog, depth)] + after("joined")
        }
    }

    /// What is done with joined documents; some of it MongoDB takes into the join.
    private mutating func after(_ field: String) -> [Document] {
        switch number(0..<6) {
        case 0: return [["$unwind": .string("$\(field)")]]
        case 1:
            let condition: Document = [
                "\(field).\(pick(Self.alerts.numbers))": ["$gt": .integer(number(0..<4))]
            ]
            return [["$unwind": .string("$\(field)")], ["$match": .document(condition)]]
        case 2:
            let note: Value = ["$toInt": ["$ifNull": [.string("$\(field).note"), "0"]]]
            return [["$unwind": .string("$\(field)")], ["$match": ["$expr": ["$gte": [note, 0]]]]]
        case 3: return [["$replaceWith": ["$mergeObjects": [["none": 1], ["$max": .string("$\(field)")]]]]]
        case 4: return [["$match": .document(["\(field).0": ["$exists": .bool(chance(1, of: 2))]])]]
        default: return []
        }
    }

    private mutating func facet(_ catalog: Catalog, _ depth: Int) -> Document {
        let facets: Document = [
            "a": .list(pipeline(on: catalog, depth: depth - 1, mayBeNear: false).map { .document($0) }),
            "b": .list(([lookup(catalog, depth)] + after("joined")).map { .document($0) }),
        ]
        return ["$facet": .document(facets)]
    }

    private mutating func lookup(_ catalog: Catalog, _ depth: Int) -> Document {
        let target = pick(Self.catalogs)
        let isByName = chance(2, of: 3) || target.name == "ZTF_alerts_aux"
        let local = pick(isByName ? catalog.names : catalog.candids)
        let foreign = pick(isByName ? target.names : target.candids)
        var stages = pipeline(on: target, depth: depth - 1)
        var writer = DocumentWriter()
        writer.append("from", string: target.name)
        let form = number(0..<4)
        if form < 2 {
            writer.append("localField", string: local)
            writer.append("foreignField", string: foreign)
        }
        if form > 1 {
            writer.append("let", ["name": .string("$\(local)"), "x": .string("$\(pick(catalog.numbers))")])
            let isSame: Value = ["$eq": [.string("$\(foreign)"), "$$name"]]
            let isSmaller: Value = ["$lte": ["$$x", .string("$\(pick(target.numbers))")]]
            let condition = chance(1, of: 2) ? isSame : ["$and": [isSame, isSmaller]]
            // $geoNear must be first.
            let first = stages.first?.keys == ["$geoNear"] ? 1 : 0
            stages.insert(["$match": ["$expr": condition]], at: chance(2, of: 3) ? first : stages.count)
        }
        if form > 0 { writer.append("pipeline", documents: stages) }
        writer.append("as", string: "joined")
        return ["$lookup": .document(writer.finish())]
    }

    private mutating func graphLookup(_ catalog: Catalog) -> Document {
        let target = chance(2, of: 3) ? Self.alerts : Self.stars
        var writer = DocumentWriter()
        writer.append("from", string: target.name)
        writer.append("startWith", string: "$\(pick(catalog.names))")
        writer.append("connectFromField", string: pick(["link", "objectId"]))
        writer.append("connectToField", string: "objectId")
        writer.append("as", string: "found")
        if chance(1, of: 2) { writer.append("maxDepth", .integer(number(0..<4))) }
        if chance(1, of: 2) { writer.append("depthField", string: "depth") }
        if chance(1, of: 2) { writer.append("restrictSearchWithMatch", document: filter(target, depth: 1)) }
        return ["$graphLookup": .document(writer.finish())]
    }

    private mutating func near(_ catalog: Catalog) -> Document {
        var writer = DocumentWriter()
        let position: Value = [.double(Double(number(8..<14))), .double(Double(number(18..<24)))]
        writer.append("near", ["type": "Point", "coordinates": position])
        writer.append("distanceField", string: "distance")
        writer.append("key", string: "coordinates.radec_geojson")
        if chance(1, of: 2) { writer.append("maxDistance", double: 250_000) }
        if chance(1, of: 2) { writer.append("query", document: filter(catalog, depth: 1)) }
        return ["$geoNear": .document(writer.finish())]
    }

    /// A filter, of all kinds of conditions.
    mutating func filter(_ catalog: Catalog, depth: Int) -> Document {
        let field = pick(catalog.numbers)
        let value = Value.integer(number(0..<5))
        switch number(0..<(depth > 0 ? 11 : 8)) {
        case 0, 1: return [field: [pick(["$gt", "$lte", "$ne", "$eq"]): value]]
        case 2: return [field: ["$exists": .bool(chance(1, of: 2))]]
        case 3: return [pick(catalog.names): .string(RightsArchive.object(Int(number(0..<12))))]
        case 4: return ["$expr": [pick(["$gt", "$lte", "$eq"]): [.string("$\(field)"), value]]]
        case 5: return ["$expr": ["$lt": [["$size": Self.points], value]]]
        case 6:
            let isEqual: Document = ["$expr": ["$gte": [["$toInt": .string("$\(catalog.note)")], 0]]]
            return ["$or": [.document(isEqual), .document(["candidate.magpsf": value])]]
        case 7:
            return [
                pick(["prv_candidates", "fp_hists"]): [
                    "$elemMatch": ["programid": value, "magpsf": ["$gt": 1]]
                ]
            ]
        case 8: return ["$nor": [.document(filter(catalog, depth: depth - 1))]]
        default:
            let filters = [filter(catalog, depth: depth - 1), filter(catalog, depth: depth - 1)]
            return [pick(["$and", "$or"]): .list(filters.map { .document($0) })]
        }
    }
}
