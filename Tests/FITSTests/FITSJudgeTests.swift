import FITS
import Foundation
import Testing

/// astropy decides what a file says.
@Suite struct FITSJudgeTests {
    struct Expected: Decodable {
        struct Image: Decodable {
            let width: Int
            let height: Int
            let values: [String]
        }
        struct Column: Decodable {
            let name: String
            let letter: String
            let rows: Int
            let values: [Cell?]
        }
        enum Cell: Decodable, Equatable {
            case integer(Int64)
            case text(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else {
                    self = .integer(try container.decode(Int64.self))
                }
            }
        }
        let cards: [[[String]]]
        let images: [Image]
        let columns: [Column]
    }

    @Test func randomFilesAreReadAndWrittenAsByAstropy() async throws {
        let seed = "20260101"
        try await FITSFixtures.withFolder { folder in
            _ = try await FITSFixtures.judge(["make", folder.path, seed])
            for number in 0..<30 {
                let path = folder.appendingPathComponent("\(number).fits")
                let file = try FITSFile([UInt8](Data(contentsOf: path)))
                let json = try Data(contentsOf: folder.appendingPathComponent("\(number).json"))
                let expected = try JSONDecoder().decode(Expected.self, from: json)
                for (unit, cards) in zip(file.units, expected.cards) {
                    let ours = unit.header.cards.filter { $0.keyword != "COMMENT" }.map(Self.text)
                    #expect(ours == cards, "seed \(seed), file \(number)")
                }
                for (unit, image) in expected.images.enumerated() {
                    let ours = try file.image(unit)
                    #expect(ours.width == image.width && ours.height == image.height)
                    let values = image.values.compactMap(Self.double)
                    #expect(Self.areEqual(ours.values, values), "seed \(seed), file \(number), unit \(unit)")
                }
                let table = try file.table(2)
                #expect(table.columns.map(\.name) == expected.columns.map(\.name))
                for column in expected.columns { try Self.expect(table, column) }
                let image = try file.image()
                let turned = image.rearranged(width: image.width, height: image.height) { column, row in
                    image.values[(image.height - 1 - row) * image.width + column]
                }
                try Data(turned.fileBytes()).write(to: folder.appendingPathComponent("\(number).out.fits"))
            }
            let compared = try await FITSFixtures.judge(["compare", folder.path])
            #expect(compared.split(separator: "\n").count == 30)
        }
    }

    private static func expect(_ table: FITSTable, _ column: Expected.Column) throws {
        #expect(table.rows == column.rows)
        #expect(table.column(column.name)?.type.rawValue == column.letter.first)
        #expect(table.column(column.name)?.unit == "m")
        switch column.letter {
        case "B", "I", "J", "K":
            let integers = try table.integers(column.name, null: .min).map { $0 == .min ? nil : $0 }
            #expect(integers.map { $0.map(Expected.Cell.integer) } == column.values)
            let doubles = try table.doubles(column.name)
            let expected = integers.map { $0.map(Double.init) ?? .nan }
            #expect(areEqual(doubles, expected))
            if integers.contains(nil) {
                #expect(throws: FITSError.self) { try table.integers(column.name) }
            }
            if table.rows > 2 {
                let width = integers.count / table.rows
                let some = try table.doubles(column.name, rows: 1..<3)
                #expect(areEqual(some, Array(expected[width..<3 * width])))
            }
        case "E", "D":
            let expected = column.values.compactMap { cell -> Double? in
                guard case .text(let text) = cell else { return nil }
                return double(text)
            }
            #expect(areEqual(try table.doubles(column.name), expected))
        case "A":
            #expect(try table.strings(column.name).map { Expected.Cell.text($0) } == column.values)
        default:
            #expect(throws: FITSError.self) { try table.doubles(column.name) }
        }
    }

    /// A card as the judge writes it: keyword, kind, text, comment.
    private static func text(_ card: FITSCard) -> [String] {
        let value: (String, String) =
            switch card.value {
            case .logical(let logical): ("logical", logical ? "True" : "False")
            case .integer(let integer): ("integer", String(integer))
            case .real(let real): ("real", python(real))
            case .string(let string): ("string", string)
            case .other(let text): ("other", text)
            case nil: ("none", "")
            }
        return [card.keyword, value.0, value.1, card.comment]
    }

    private static func python(_ value: Double) -> String {
        // As float.hex writes it: 13 digits behind the point.
        let sign = value < 0 ? "-" : ""
        let magnitude = abs(value)
        guard magnitude != 0 else { return sign + "0x0.0p+0" }
        let fraction = String(magnitude.significandBitPattern, radix: 16)
        let digits = String(repeating: "0", count: 13 - fraction.count) + fraction
        let exponent = Int(magnitude.exponentBitPattern) - 1023
        guard magnitude.isNormal else { return sign + "0x0." + digits + "p-1022" }
        return sign + "0x1." + digits + "p" + (exponent < 0 ? "" : "+") + String(exponent)
    }

    private static func double(_ text: String) -> Double? {
        switch text {
        case "nan": .nan
        case "inf": .infinity
        case "-inf": -.infinity
        default: Double(text)
        }
    }

    private static func areEqual(_ one: [Double], _ other: [Double]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
