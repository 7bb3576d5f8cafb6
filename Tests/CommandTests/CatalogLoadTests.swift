import Documents
import Foundation
import Mongo
import Testing

/// `skipper catalog load` against documents that Python works out, and what it refuses.
@Suite struct CatalogLoadTests {
    static func judge(_ words: [String]) async throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("catalog_judge.py").path
        let ending = try await ChildProcess(try TestEnvironment.python, [script] + words).ending(
            within: .seconds(900))
        guard ending.code == 0 else {
            throw ChildProcess.Failure(description: String(ending.errors.suffix(3000)))
        }
        return ending.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The types of the judge's columns, of which faulty cells would make texts.
    static let types = "id=int,ra=double,dec=double,mag=double,n=int,name=string,flag=int,number=int"

    @Test func everyFormatBecomesTheDocumentsOfTheJudge() async throws {
        try await withWorkplace { workplace in
            _ = try await Self.judge(["make", workplace.folder, "3000"])
            let uri = try TestEnvironment.mongodb
            for (kind, words) in [
                (
                    "csv",
                    [
                        "part*", "--format", "csv", "--id", "id", "--where", "flag<2", "--type", Self.types,
                        "--max-rejected", "1000",
                        "--rejects", "rejects.ndjson", "--verify", "--batch", "100",
                    ]
                ), ("fits", ["table.fits", "--verify"]),
                ("ndjson", ["lines.ndjson", "--id", "id", "--id-as-string", "--verify", "--batch", "77"]),
            ] {
                let ending = try await workplace.start("skipper", ["catalog", "load", "C_\(kind)"] + words)
                    .ending()
                #expect(ending.code == 0, "\(kind): \(ending.errors)")
                let count = try await Self.judge([
                    "check", workplace.folder, uri, workplace.name, "C_\(kind)", kind,
                ])
                #expect(ending.lines.first?.hasPrefix("\(count) rows stored, ") ?? false, "\(ending.output)")
                let indexes = try await workplace.database.listIndexes("C_\(kind)")
                #expect(
                    indexes.contains(
                        Index(
                            name: "coordinates.radec_geojson_2dsphere__id_1",
                            keys: ["coordinates.radec_geojson": "2dsphere", "_id": 1])))
                let verified = try await workplace.run("skipper", "catalog", "verify", "C_\(kind)", "--all")
                #expect(verified.code == 0, "\(verified.errors)")
                #expect(verified.output.contains("\(count) compared"), "\(verified.output)")
            }
            // What was not stored is in the file, line by line, as often as it is counted.
            let rejects = try workplace.read("rejects.ndjson").split(separator: UInt8(ascii: "\n"))
                .map { try ExtendedJSON.document(from: Array($0)) }
            let reasons = rejects.compactMap { $0.string(at: "reason") }
            for part in [
                "an earlier row has the same id", "dec 91.0: not between", "ra 'x' is not a number",
                "has no ra",
            ] {
                #expect(reasons.contains { $0.contains(part) }, "\(part)")
            }
            let lines = try String(contentsOfFile: "\(workplace.folder)/part0.csv", encoding: .utf8)
                .components(separatedBy: "\n")
            for reject in rejects where reject.string(at: "reason")?.contains("'x'") ?? false {
                guard reject.string(at: "file") == "part0.csv", let line = reject.int64(at: "line") else {
                    continue
                }
                #expect(lines[Int(line) - 1].contains(",x,"))
            }
            let names = try await workplace.database.listCollectionNames()
            #expect(!names.contains { $0.hasSuffix(".loading") })
            #expect(try await workplace.database.countDocuments("catalog_loads") == 0)
        }
    }

    @Test func whatIsThereIsNotTouchedUnlessItIsToBeReplaced() async throws {
        try await withWorkplace { workplace in
            let good = "id,ra,dec\n1,10,20\n2,20,-30\n"
            try workplace.write(Array(good.utf8), to: "a.csv")
            try workplace.write(Array("id,ra,dec\n3,10,20\n3,1,1\n4,400,0\n".utf8), to: "b.csv")
            let first = try await workplace.run("skipper", "catalog", "load", "C", "a.csv", "--id", "id")
            #expect(first.code == 0, "\(first.errors)")
            let load = try await workplace.database.findOne("catalogs", filter: ["_id": "C"])?.string(
                at: "load")
            let stored = try await workplace.database.documents(of: "C")
            #expect(stored.count == 2)

            let refused = try await workplace.run("skipper", "catalog", "load", "C", "b.csv", "--id", "id")
            #expect(refused.code == 1 && refused.errors.contains("--replace loads another one in its place"))
            // A rehearsal writes nothing, and says what it found by its code.
            let rehearsed = try await workplace.run(
                "skipper", "catalog", "load", "C", "b.csv", "--id", "id", "--replace", "--dry-run")
            #expect(rehearsed.code == 3, "\(rehearsed.errors)")
            #expect(rehearsed.output.contains("1 rows would be stored, 0 left out, 2 rejected"))
            #expect(rehearsed.output.contains("b.csv, line 3: an earlier row has the same id 3"))
            #expect(rehearsed.output.contains("b.csv, line 4: ra 400.0: not between 0 and 360 degrees"))
            #expect(try await workplace.database.documents(of: "C") == stored)
            let names = try await workplace.database.listCollectionNames()
            #expect(!names.contains { $0.hasSuffix(".loading") })

            let held = try await workplace.run(
                "skipper", "catalog", "load", "C", "b.csv", "--id", "id", "--replace")
            #expect(held.code == 3 && held.errors.contains("C is as it was"), "\(held.errors)")
            #expect(try await workplace.database.documents(of: "C") == stored)
            let list = try await workplace.run("skipper", "catalog", "list")
            #expect(list.output.contains("being loaded: checking"), "\(list.output)")
            // Other options would go on with other rows.
            let other = try await workplace.run("skipper", "catalog", "load", "C", "b.csv", "--replace")
            #expect(other.code == 1 && other.errors.contains("or --restart"))

            let taken = try await workplace.run(
                "skipper", "catalog", "load", "C", "b.csv", "--id", "id", "--replace", "--max-rejected", "2")
            #expect(taken.code == 0, "\(taken.errors)")
            #expect(try await workplace.database.documents(of: "C").keys.map(\.int64) == [3])
            let entry = try #require(try await workplace.database.findOne("catalogs", filter: ["_id": "C"]))
            #expect(entry.int64(at: "rows") == 1 && entry.string(at: "load") != load)

            let unasked = try await workplace.run("skipper", "catalog", "drop", "C")
            #expect(unasked.code == 2 && unasked.errors.contains("--yes"))
            #expect(
                try await workplace.run("skipper", "catalog", "drop", "C", "--yes", "--index-only").code == 0)
            #expect(try await workplace.database.documents(of: "C").count == 1)
            #expect(try await workplace.run("skipper", "catalog", "drop", "C", "--yes").code == 0)
            let left = try await workplace.database.listCollectionNames()
            #expect(!left.contains("C"))
            #expect(try await workplace.database.countDocuments("catalogs") == 0)
        }
    }

    /// A collection that Kowalski has made gets an entry and an index file, with the fields that are asked for.
    @Test func takenOverCollectionIsIndexed() async throws {
        try await withWorkplace { workplace in
            let documents = (0..<500).map { number -> Document in
                let position = Value.list([.double(Double(number % 360) - 180), .double(Double(number % 90))])
                let coordinates: Document = [
                    "radec_str": ["a", "b"], "radec_geojson": ["type": "Point", "coordinates": position],
                ]
                return [
                    "_id": .int32(Int32(number)), "mag": .double(Double(number)), "other": "x",
                    "coordinates": .document(coordinates),
                ]
            }
            _ = try await workplace.database.insert("Old", documents)
            let made = try await workplace.run(
                "skipper", "catalog", "index", "Old", "--fields", "mag,coordinates.radec_str")
            #expect(made.code == 0, "\(made.errors)")
            let info = try ExtendedJSON.document(
                from: try await workplace.run("skipper", "catalog", "info", "Old", "--json").output)
            #expect(info.string(at: "origin") == "found" && info.string(at: "state") == "ready")
            #expect(info.array(at: "columns") == ["mag", "other"])
            #expect(info.int64(at: "index.rows") == 500)
            #expect(info.array(at: "index.fields") == ["mag", "coordinates.radec_str"])
            #expect(try await workplace.run("skipper", "catalog", "verify", "Old", "--all").code == 0)

            _ = try await workplace.database.bulkWrite(
                "Old", [.updateOne(filter: ["_id": 7], update: .operators(["$set": ["mag": 0.5]]))])
            let changed = try await workplace.run("skipper", "catalog", "verify", "Old", "--all")
            #expect(changed.code == 1 && changed.output.contains("_id 7 is another one"), "\(changed.output)")
            var bytes = try workplace.read("catalogs/Old.skycat")
            bytes[bytes.count - 100] ^= 1
            try workplace.write(bytes, to: "catalogs/Old.skycat")
            let damaged = try await workplace.run("skipper", "catalog", "verify", "Old")
            #expect(damaged.code == 1 && damaged.errors.contains("damaged"), "\(damaged.errors)")
            let missing = try await workplace.run("skipper", "catalog", "index", "Nothing")
            #expect(missing.code == 1 && missing.errors.contains("there is no catalogue 'Nothing'"))
        }
    }

    /// A dump of Kowalski's own collection needs no columns of positions.
    @Test func dumpOfACollectionIsLoadedWithItsIDsAndPositions() async throws {
        try await withWorkplace { workplace in
            let text = """
                {"_id":{"$oid":"5f9f1b9b9d1e8a2f4c3b2a10"},"z":0.1,"coordinates":{"radec_geojson":{"type":"Point","coordinates":[-170.0,20.0]}}}
                {"_id":{"$oid":"5f9f1b9b9d1e8a2f4c3b2a11"},"z":0.2,"coordinates":{"radec_geojson":{"type":"Point","coordinates":[200.0,20.0]}}}

                """
            try workplace.write(Array(text.utf8), to: "dump.json")
            let ending = try await workplace.run(
                "skipper", "catalog", "load", "D", "dump.json", "--max-rejected", "1")
            #expect(ending.code == 0, "\(ending.errors)")
            let stored = try await workplace.database.documents(of: "D")
            let id = try #require(ObjectID(hexadecimal: "5f9f1b9b9d1e8a2f4c3b2a10"))
            #expect(
                stored == [
                    .objectID(id): [
                        "_id": .objectID(id), "z": 0.1,
                        "coordinates": [
                            "radec_str": ["00:40:00.0000", "20:00:00.000"],
                            "radec_geojson": ["type": "Point", "coordinates": [-170.0, 20.0]],
                        ],
                    ]
                ])
        }
    }
}
