import Documents
import Foundation
import Sky
import Skymaps

/// A map as a request describes it, not yet worked out.
public struct SkymapDescription: Sendable {
    /// The name under which it is kept.
    public let name: String
    private let shape: Shape

    /// The most bytes of a name.
    static let longestName = 512

    private enum Shape: Sendable {
        case pixels(uniq: [Int64], density: [Double])
        case file([UInt8])
        case cone(Coordinates, error: Double)
        case polygon([Coordinates], center: Coordinates?)
        case ellipse(Coordinates, semiMajor: Double, semiMinor: Double, angle: Double)
    }

    /// A cone around a position.
    init(cone center: Coordinates, error: Double) {
        name = Self.coneName(center, error)
        shape = .cone(center, error: error)
    }

    /// A FITS file.
    /// - Throws: `RequestError` where the name is none.
    init(file: [UInt8], name: String) throws(RequestError) {
        self.name = try Self.checked(name)
        shape = .file(file)
    }

    /// Reads the object `skymap` of a request: the first of Kowalski's forms whose keys are all there.
    init(_ map: Document, _ keys: Set<String>) throws(RequestError) {
        let isNamed = keys.contains("localization_name")
        if isNamed, keys.isSuperset(of: ["uniq", "probdensity"]) {
            name = try Self.name(map)
            shape = .pixels(uniq: try Self.codes(map), density: try Self.densities(map))
        } else if isNamed, keys.contains("content") {
            name = try Self.name(map)
            shape = .file(try Self.content(map))
        } else if keys.isSuperset(of: ["ra", "dec", "error"]) {
            let center = try Self.position(map)
            let error = try Self.number(map, "error")
            name = Self.coneName(center, error)
            shape = .cone(center, error: error)
        } else if isNamed, keys.contains("polygon") {
            name = try Self.name(map)
            shape = try Self.polygon(map)
        } else if isNamed, keys.isSuperset(of: ["ra", "dec", "amaj", "amin", "phi"]) {
            name = try Self.name(map)
            shape = .ellipse(
                try Self.position(map), semiMajor: try Self.number(map, "amaj"),
                semiMinor: try Self.number(map, "amin"), angle: try Self.number(map, "phi"))
        } else {
            throw RequestError(.general, "Invalid skymap data")
        }
    }

    /// Works the map out and draws its contours. Takes up to seconds.
    ///
    /// - Throws: `RequestError` where it is no map; `CancellationError` where `isCancelled` says so.
    func contours(_ levels: [Double], isCancelled: () -> Bool) throws -> Contours {
        do {
            let map =
                switch shape {
                case .pixels(let uniq, let density): try ProbabilityMap(uniq: uniq, density: density)
                case .file(let bytes): try ProbabilityMap(fits: bytes)
                case .cone(let center, let error): try ProbabilityMap(cone: center, error: error)
                case .polygon(let corners, _): try ProbabilityMap(polygon: corners)
                case .ellipse(let center, let semiMajor, let semiMinor, let angle):
                    try ProbabilityMap(
                        ellipse: center, semiMajor: semiMajor, semiMinor: semiMinor, angle: angle)
                }
            return try map.contours(levels, isCancelled: isCancelled)
        } catch let error as SkymapError {
            throw RequestError(.value, error.reason)
        }
    }

    /// What is to be its centre instead of the densest pixel.
    var center: Coordinates? {
        if case .polygon(_, let center) = shape { center } else { nil }
    }

    /// `90.00000_30.00000_10.00000`.
    private static func coneName(_ center: Coordinates, _ error: Double) -> String {
        String(format: "%.5f_%.5f_%.5f", center.ra, center.dec, error)
    }

    private static func checked(_ name: String) throws(RequestError) -> String {
        guard !name.isEmpty, name.utf8.count <= longestName else {
            throw RequestError(.value, "localization_name must have between 1 and \(longestName) bytes")
        }
        return name
    }

    private static func name(_ map: Document) throws(RequestError) -> String {
        guard let name = map.string(at: "localization_name") else {
            throw RequestError(.type, "localization_name must be a string")
        }
        return try checked(name)
    }

    private static func number(_ map: Document, _ key: String) throws(RequestError) -> Double {
        guard let number = map.element(key: key)?.value.double else {
            throw RequestError(.type, "\(key) must be a number")
        }
        return number
    }

    private static func position(_ map: Document) throws(RequestError) -> Coordinates {
        try coordinates(try number(map, "ra"), try number(map, "dec"))
    }

    private static func coordinates(_ ra: Double, _ dec: Double) throws(RequestError) -> Coordinates {
        do { return try Coordinates(ra: ra, dec: dec) } catch { throw RequestError(.value, "\(error)") }
    }

    private static func codes(_ map: Document) throws(RequestError) -> [Int64] {
        guard let list = map.arrayView(at: "uniq") else { throw RequestError(.type, "uniq must be a list") }
        var codes: [Int64] = []
        for element in list.elements {
            guard let code = element.value.int64 else { throw RequestError(.type, "uniq must be integers") }
            codes.append(code)
        }
        return codes
    }

    private static func densities(_ map: Document) throws(RequestError) -> [Double] {
        guard let list = map.arrayView(at: "probdensity") else {
            throw RequestError(.type, "probdensity must be a list")
        }
        var densities: [Double] = []
        for element in list.elements {
            guard let density = element.value.double else {
                throw RequestError(.type, "probdensity must be numbers")
            }
            densities.append(density)
        }
        return densities
    }

    /// The bytes of a file in base64, which may come as the data URL that a browser makes of it.
    private static func content(_ map: Document) throws(RequestError) -> [UInt8] {
        if case .binary(_, let bytes) = map.element(key: "content")?.value { return bytes }
        guard let text = map.string(at: "content") else {
            throw RequestError(.type, "file must be a bytes object or a string")
        }
        let code = text.firstRange(of: "base64,").map { text[$0.upperBound...] } ?? text[...]
        guard let data = Data(base64Encoded: String(code), options: .ignoreUnknownCharacters), !data.isEmpty
        else { throw RequestError(.type, "Could not decode file content") }
        return Array(data)
    }

    /// A list of corners, `{center, corners}`, or the JSON of either in a text.
    private static func polygon(_ map: Document) throws(RequestError) -> Shape {
        var given = map.element(key: "polygon")?.value ?? .null
        if let text = given.string {
            do { given = try ExtendedJSON.value(from: text, wrappers: .literal) } catch {
                throw RequestError(.type, "Could not parse polygon string")
            }
        }
        var center: Coordinates?
        if let object = given.document, let middle = object["center"], let corners = object["corners"] {
            if middle != .null {
                guard let pair = try pair(middle) else {
                    throw RequestError(.type, "center must be a 2-tuple of floats or ints")
                }
                center = pair
            }
            given = corners
        }
        guard let list = given.list else {
            throw RequestError(
                .type,
                "polygon must be a dict with keys 'center' and 'corners', or a list of length > 3 with each "
                    + "element being (ra, dec) tuple")
        }
        guard list.count >= 3 else {
            throw RequestError(.type, "polygon must be a list of at least 3 2-tuples of floats or ints")
        }
        var corners: [Coordinates] = []
        for entry in list {
            guard let corner = try pair(entry) else {
                throw RequestError(.type, "polygon must be a list of 2-tuples of floats or ints")
            }
            corners.append(corner)
        }
        return .polygon(corners, center: center)
    }

    /// `[ra, dec]`; nil where it is something else.
    private static func pair(_ value: Value) throws(RequestError) -> Coordinates? {
        guard let numbers = value.list, numbers.count == 2, let ra = numbers[0].double,
            let dec = numbers[1].double
        else { return nil }
        return try coordinates(ra, dec)
    }
}
