import Documents
import Foundation

/// Filters to measure with: the examples of docs/filters, and variations of them with other thresholds.
struct FilterSet {
    /// Their pipelines in Extended JSON, all different.
    let pipelines: [Value]

    /// - Parameters:
    ///   - folder: the examples.
    ///   - count: how many filters there are to be.
    ///   - first: a condition before their own; none where it is empty.
    init(_ folder: String, count: Int, first: Document = [:]) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".json")
        }.sorted()
        let examples = try files.map { name in
            let text = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            return try ExtendedJSON.document(from: Array(text))["pipeline"] ?? .null
        }
        pipelines = (0..<count).map { index in
            let varied = Self.varied(
                examples[index % examples.count], by: 1 + 0.01 * Double(index / examples.count))
            return first.isEmpty ? varied : .list([["$match": .document(first)]] + (varied.list ?? []))
        }
    }

    /// The pipeline with its thresholds a little higher.
    private static func varied(_ value: Value, by factor: Double, isThreshold: Bool = false) -> Value {
        switch value {
        case .document(let document):
            var writer = DocumentWriter()
            for element in document.elements {
                let compares = ["$gt", "$gte", "$lt", "$lte"].contains(element.key)
                writer.append(element.key, varied(element.value, by: factor, isThreshold: compares))
            }
            return .document(writer.finish())
        case .array(let list):
            return .list(list.elements.map { varied($0.value, by: factor, isThreshold: isThreshold) })
        case .double(let number) where isThreshold: return .double(number * factor)
        default: return value
        }
    }
}
