import Documents
import Foundation
import Mongo

@testable import Archive
@testable import Broker

/// A filter that a test puts into the database.
struct TestFilter: Sendable {
    let number: Int64
    let fid: String
    let permissions: [Int64]
    let stages: [Document]
    /// Further fields, such as `autosave`.
    let more: Document

    init(
        _ number: Int64, fid: String = "aaaaaa", permissions: [Int64] = [1, 2], more: Document = [:],
        _ stages: [Document]
    ) {
        self.number = number
        self.fid = fid
        self.permissions = permissions
        self.stages = stages
        self.more = more
    }

    /// As it is stored.
    var document: Document {
        var text: [UInt8] = []
        ExtendedJSON.append(Value.list(stages.map { .document($0) }), to: &text)
        let version: Document = [
            "fid": .string(fid), "pipeline": .string(String(decoding: text, as: UTF8.self)),
            "created_at": .datetime(0),
        ]
        var writer = DocumentWriter()
        writer.append("filter_id", .integer(number))
        writer.append("group_id", .integer(number * 10))
        writer.append("catalog", string: "ZTF_alerts")
        writer.append("permissions", .list(permissions.map { .integer($0) }))
        writer.append("active", .bool(true))
        writer.append("active_fid", string: fid)
        writer.append("fv", [.document(version)])
        writer.append(contentsOf: more.view)
        return writer.finish()
    }

    /// The examples of the documentation.
    static func examples() throws -> [TestFilter] {
        let folder = URL(fileURLWithPath: #filePath).appending(path: "../../../../docs/filters").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") }.sorted()
        return try names.enumerated().map { index, name in
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            let stages = try ExtendedJSON.document(from: text).documents(at: "pipeline").map(\.document)
            return TestFilter(Int64(index + 1), permissions: index % 3 == 0 ? [1] : [1, 2], stages)
        }
    }
}

extension Database {
    /// What mongod finds among all stored alerts with the system's stages and a filter's, run on each alert by itself
    /// with what was known before it: results by candid.
    func found(by filter: TestFilter) async throws -> [Int64: Document] {
        let prefix = FilterPrefix.stages(
            of: .ztf, permissions: filter.permissions, .past(objects: nil, dates: nil))
        var found: [Int64: Document] = [:]
        for candid in try await distinct("ZTF_alerts", key: "candid").compactMap(\.int64) {
            let one: [Document] = [["$match": ["candid": .int64(candid)]]]
            var results: [Document] = []
            do {
                for try await result in try await aggregate(
                    "ZTF_alerts", pipeline: one + prefix + filter.stages)
                {
                    results.append(result)
                }
            } catch let error as MongoError where error.refusal != nil {
                continue
            }
            if results.count == 1 { found[candid] = results[0] }
        }
        return found
    }

    /// The results of the hits of a filter, by candid.
    func hits(of filter: TestFilter) async throws -> [Int64: Document] {
        var hits: [Int64: Document] = [:]
        for try await hit in try await find(
            "filter_hits", filter: ["filter_id": .integer(filter.number), "fid": .string(filter.fid)])
        {
            if let candid = hit.int64(at: "candid") { hits[candid] = hit.document(at: "result") }
        }
        return hits
    }

    /// Puts filters there.
    func insert(_ filters: [TestFilter]) async throws {
        _ = try await insert("filters", filters.map(\.document))
    }
}
