import Documents
import Foundation
import Tables
import TestSupport
import Testing

/// What files are refused, and what becomes of single rows.
@Suite struct TableReaderTests {
    private func rows(
        _ text: String, _ name: String = "a.csv", _ change: (inout TableLayout) -> Void = { _ in }
    ) async throws -> [TableRow] {
        try await withFolder { folder in
            let path = "\(folder)/\(name)"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            var layout = TableLayout(name.hasSuffix("json") ? .ndjson : .csv)
            change(&layout)
            let plan = try TableReader.plan([path], layout)
            let reader = try TableReader(path, layout)
            var rows: [TableRow] = []
            while let piece = try reader.next(2) { rows += piece.rows(plan) }
            return rows
        }
    }

    private func texts(_ rows: [TableRow]) -> [String] {
        rows.map { row in
            switch row.content {
            case .document(let document): "\(row.line) \(document)"
            case .rejected(let reason): "\(row.line) \(reason)"
            }
        }
    }

    @Test func typesAreThoseThatFitAllCells() async throws {
        let rows = try await rows(
            "i,d,s,b,zeros,long,none\n1,1,1,true,007,99999999999999999999,\n-2,2.5,x,FALSE,12,5,\n")
        #expect(
            texts(rows) == [
                #"2 {"i":1,"d":1.0,"s":"1","b":true,"zeros":"007","long":"99999999999999999999"}"#,
                #"3 {"i":-2,"d":2.5,"s":"x","b":false,"zeros":"12","long":"5"}"#,
            ])
    }

    @Test func cellThatDoesNotFitRejectsItsRow() async throws {
        let rows = try await rows("a,b\n1,2\nx,3\n4\n5,6,7\n5,6,\n9223372036854775808,1\n") {
            $0.types = ["a": .int, "b": .int]
        }
        #expect(
            texts(rows) == [
                #"2 {"a":1,"b":2}"#, "3 a 'x' is not an integer of 64 bits", "4 the row has 1 cells, not 2",
                "5 the row has 3 cells, not 2", #"6 {"a":5,"b":6}"#,
                "7 a '9223372036854775808' is not an integer of 64 bits",
            ])
    }

    @Test func commentsEmptyLinesAndQuotedLineBreaksAreCounted() async throws {
        let rows = try await rows("# one \"quote\na,b\n# two\n\n1,\"x\ny\"\n\n2,\"#3\"\n#end") {
            $0.comment = UInt8(ascii: "#")
        }
        #expect(texts(rows) == [#"5 {"a":1,"b":"x\ny"}"#, ##"8 {"a":2,"b":"#3"}"##])
    }

    @Test func namesNullsSentinelsAndQuotesAreAsGiven() async throws {
        let rows = try await rows("1|-999|\"x|NONE\n2|5|NONE|y\n") {
            $0.delimiter = UInt8(ascii: "|")
            $0.quote = nil
            $0.hasHeader = false
            $0.columns = ["id", "v", "s", "t"]
            $0.nulls = ["NONE"]
            $0.sentinels = [-999]
            $0.wanted = ["id", "v", "s"]
        }
        #expect(texts(rows) == [#"1 {"id":1,"s":"\"x"}"#, #"2 {"id":2,"v":5}"#])
    }

    @Test func numbersAreDecimal() async throws {
        let texts = try await texts(
            rows("d\n0x10\n1_0\n1e\n.\n.5\n5.\n+1e-2\ninfinity\n") { $0.types = ["d": .double] })
        #expect(
            texts == [
                "2 d '0x10' is not a number", "3 d '1_0' is not a number", "4 d '1e' is not a number",
                "5 d '.' is not a number", #"6 {"d":0.5}"#, #"7 {"d":5.0}"#, #"8 {"d":0.01}"#,
                #"9 {"d":{"$numberDouble":"Infinity"}}"#,
            ])
    }

    @Test func typesOfNDJSONMayBeGiven() async throws {
        let text =
            #"{"a":"7","b":7,"c":1.5,"n":null,"e":"","deep":{"n":null}}"# + "\n" + #"{"a":"x"}"# + "\n{"
        let rows = try await rows(text, "a.ndjson") { $0.types = ["a": .int, "b": .string, "c": .double] }
        #expect(texts(rows)[0] == #"1 {"a":7,"b":"7","c":1.5,"deep":{"n":null}}"#)
        #expect(texts(rows)[1] == "2 a 'x' is not an integer of 64 bits")
        #expect(texts(rows)[2].hasPrefix("3 JSONDecodeError: "))
    }

    @Test(arguments: [
        ("", "the file is empty: it has no header"), ("a,a\n1,2\n", "two columns are called a"),
        ("a\n\"1\n", "the file ends within quotes"),
    ])
    func filesThatAreNoTableAreRefused(text: String, reason: String) async throws {
        let error = await #expect(throws: TableError.self) { try await rows(text) }
        #expect(error?.reason.hasPrefix(reason) ?? false, "\(String(describing: error))")
    }

    @Test func rowWithoutEndIsRefusedBeforeItFillsTheMemory() async throws {
        let text = "a\n\"" + String(repeating: "x", count: 20 << 20)
        let error = await #expect(throws: TableError.self) { try await rows(text) }
        #expect(
            error?.reason.contains("begins at line 2 is longer than 16 MiB") ?? false,
            "\(String(describing: error))")
    }

    @Test(arguments: [".gz", ".bz2"])
    func damagedAndTruncatedFilesAreRefused(kind: String) async throws {
        try await withFolder { folder in
            let path = "\(folder)/a.csv\(kind)"
            let script = """
                import bz2, gzip, random, sys
                pack = gzip.compress if sys.argv[1].endswith('.gz') else bz2.compress
                chance = random.Random(5)
                text = 'a,b\\n' + ''.join(f'{n},{chance.random()}\\n' for n in range(20000))
                open(sys.argv[1], 'wb').write(pack(text.encode()))
                """
            _ = try await python(script, [path])
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            func read(_ bytes: [UInt8]) throws -> Int {
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                let reader = try TableReader(path, TableLayout(.csv))
                var count = 0
                while let piece = try reader.next(1000) { count += piece.count }
                return count
            }
            #expect(try read(whole) == 20_000)
            #expect(try read(whole + whole) == 40_001)
            for cut in [whole.count - 1, whole.count / 2, 30] {
                #expect(throws: TableError.self) { try read(Array(whole[..<cut])) }
            }
            var damaged = whole
            damaged[whole.count / 2] ^= 0x10
            #expect(throws: TableError.self) { try read(damaged) }
        }
    }

    @Test func globsAndFoldersHaveAStableOrder() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(
                atPath: "\(folder)/sub", withIntermediateDirectories: true)
            for name in ["b.csv", "a10.csv", "a2.csv", ".hidden", "sub/z.csv", "Z.csv"] {
                try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            let all = ["Z.csv", "a10.csv", "a2.csv", "b.csv", "sub/z.csv"].map { "\(folder)/\($0)" }
            #expect(try TableFiles.expand([folder]) == all)
            #expect(
                try TableFiles.expand(["\(folder)/b.csv", "\(folder)/a*.csv"]) == [all[3], all[1], all[2]])
            #expect(throws: TableError.self) { try TableFiles.expand(["\(folder)/c*"]) }
            #expect(throws: TableError.self) { try TableFiles.expand(["\(folder)/b.csv", folder]) }
        }
    }
}
