import Documents
import Sky

/// Reads the positions of a query, `radec`, in all the forms that Kowalski takes:
///
/// - an object `{name: [ra, dec], …}`, whose names become the keys of the answer;
/// - a list `[[ra, dec], …]`, whose pairs as Python prints them become the keys;
/// - a text with a Python literal of these, tuples included;
/// - a text of two words, `ra dec`, in degrees or sexagesimal.
///
/// A pair is numbers in degrees, or texts such as `12:34:56.7` and `12h34m56.7s`. In keys `.` becomes `_`.
struct PositionList {
    private(set) var positions: [PositionQuery.Position] = []
    private var indices: [String: Int] = [:]

    /// - Throws: `RequestError` that names the position.
    init(_ given: Value) throws(RequestError) {
        let value: Value
        if case .string(let text) = given { value = try Self.value(of: text.trimmed) } else { value = given }
        switch value {
        case .document(let named):
            for element in named.elements { try add(element.key, element.value, at: element.key) }
        case .array(let list):
            for (index, pair) in list.elements.filter({ $0.type != .minKey }).map(\.value).enumerated() {
                guard let name = PythonText.representation(pair) else {
                    throw RequestError(.value, "radec.\(index) must be [ra, dec]")
                }
                try add(name, pair, at: String(index))
            }
        default: throw .invalid("Query", "Unsupported object coordinate specs")
        }
    }

    private static func value(of text: String) throws(RequestError) -> Value {
        if let first = text.first, "[({".contains(first) {
            return try PythonLiteral.value(of: text, "radec", marksTuples: true)
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2 else {
            throw RequestError(.value, "radec must be two words, ra and dec, or a list or an object of pairs")
        }
        if text.contains("s") || text.contains(":") {
            return [[.minKey, .string(String(words[0])), .string(String(words[1]))]]
        }
        return try PythonLiteral.value(of: "[(\(words[0]), \(words[1]))]", "radec", marksTuples: true)
    }

    private mutating func add(_ name: String, _ pair: Value, at place: String) throws(RequestError) {
        let key = String(decoding: name.utf8.map { $0 == 0x2E ? 0x5F : $0 }, as: UTF8.self)
        let position = PositionQuery.Position(key: key, coordinates: try coordinates(pair, place))
        if let index = indices[key] {
            // As in a Python dict: the later value at the place of the earlier.
            positions[index] = position
        } else {
            indices[key] = positions.count
            positions.append(position)
        }
    }

    private func coordinates(_ given: Value, _ place: String) throws(RequestError) -> Coordinates {
        guard var pair = given.list?[...] else {
            throw RequestError(.value, "radec.\(place) must be [ra, dec]")
        }
        if pair.first == .minKey { pair = pair.dropFirst() }
        guard pair.count == 2, let ra = pair.first, let dec = pair.last else {
            throw RequestError(.value, "radec.\(place) must be [ra, dec]")
        }
        do {
            if case .string(let ra) = ra, case .string(let dec) = dec {
                return try Coordinates(ra: ra.trimmed, dec: dec.trimmed)
            }
            if let ra = degrees(ra), let dec = degrees(dec) { return try Coordinates(folding: ra, dec: dec) }
        } catch {
            throw error.fault == .form
                ? RequestError(.general, "unrecognized string ra/dec format.")
                : RequestError(.value, "radec.\(place): \(error)")
        }
        throw RequestError(.value, "radec.\(place) must be two numbers or two texts")
    }

    private func degrees(_ value: Value) -> Double? {
        value.double ?? value.string.flatMap { Double($0.trimmed) }
    }
}
