import Documents
import Mongo
import Testing
import TestSupport

@testable import Archive

/// What MongoDB makes of an expression is never larger than what was said before.
@Suite struct GrowthSoundnessTests {
    /// Values above this are not asked for.
    private static let most = 20_000.0

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func nothingIsLargerThanItsBound(seed: UInt64) async throws {
        var expressions = RandomExpressions(seed: seed)
        var asked: [(expression: Value, extent: Extent)] = []
        var (refused, reductions) = (0, 0)
        while asked.count < 400 {
            let expression = expressions.array(5)
            var growth = ExpressionGrowth()
            let element = try #require((["x": expression] as Document).element(key: "x"))
            guard let extent = try? growth.evaluate(element, ExpressionGrowth.stored, at: "x") else {
                refused += 1
                continue
            }
            guard extent.values <= Self.most else { continue }
            asked.append((expression, extent))
            if element.names("$reduce") { reductions += 1 }
        }
        #expect(reductions > 100, "\(reductions) reductions, \(refused) refused")
        try await withDatabase { database in
            _ = try await database.insert("one", [["_id": 1]])
            for start in stride(from: 0, to: asked.count, by: 20) {
                let batch = asked[start..<min(start + 20, asked.count)]
                var writer = DocumentWriter()
                for (index, one) in batch.enumerated() { writer.append("x\(index)", one.expression) }
                let cursor = try await database.aggregate(
                    "one", pipeline: [["$project": .document(writer.finish())]],
                    options: AggregateOptions(maxTime: .seconds(200)))
                let found = try #require(try await cursor.nextBatch()?.first)
                for (index, one) in batch.enumerated() {
                    let value = try #require(found[Path("x\(index)")])
                    let size = ActualSize(value)
                    #expect(
                        size.fits(one.extent), "\(json(one.expression)) is \(size), said was \(one.extent)")
                }
            }
        }
    }

    private func json(_ value: Value) -> String {
        String(decoding: ExtendedJSON.bytes(of: ["x": value]), as: UTF8.self)
    }
}

/// The size of a value that is there, in the units of an extent.
private struct ActualSize: CustomStringConvertible {
    let value: Value

    init(_ value: Value) { self.value = value }

    var values: Double {
        switch value {
        case .array(let list): 1 + list.elements.reduce(0) { $0 + ActualSize($1.value).values }
        case .document(let fields):
            3
                + fields.elements.reduce(0) {
                    $0 + ActualSize($1.value).values + Double($1.keyBytes.count) / 16
                }
        case .string(let text): 1 + Double(text.utf8.count) / 16
        default: 1
        }
    }

    var depth: Double {
        switch value {
        case .array(let inner), .document(let inner):
            1 + (inner.elements.map { ActualSize($0.value).depth }.max() ?? 0)
        default: 0
        }
    }

    var description: String { "\(values) values, \(depth) deep" }

    /// Whether this, and all that is in it, is within an extent.
    func fits(_ extent: Extent) -> Bool {
        guard values <= extent.values, depth <= extent.depth else { return false }
        switch value {
        case .array(let list):
            let elements = list.elements.map(\.value)
            return Double(elements.count) <= extent.length
                && elements.allSatisfy { ActualSize($0).fits(extent.element) }
        case .document(let fields):
            return fields.elements.allSatisfy { ActualSize($0.value).fits(extent.field($0.key)) }
        case .string(let text): return Double(text.utf8.count) <= extent.text
        default: return (value.double.map(abs) ?? 0) <= extent.number
        }
    }
}

extension Element {
    fileprivate func names(_ key: String) -> Bool {
        self.key == key || view?.elements.contains { $0.names(key) } ?? false
    }
}
