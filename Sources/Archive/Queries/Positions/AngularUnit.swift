import Documents

/// The units in which queries give angles.
enum AngularUnit: String, CaseIterable {
    case arcsec, arcmin, deg, rad

    /// Radians of one unit.
    var radians: Double {
        switch self {
        case .arcsec: .pi / 180 / 3600
        case .arcmin: .pi / 180 / 60
        case .deg: .pi / 180
        case .rad: 1
        }
    }

    /// The unit that a query names.
    init(_ given: Value) throws(RequestError) {
        guard let unit = given.string.flatMap(AngularUnit.init(rawValue:)) else {
            let names = Self.allCases.map { "'\($0)'" }.joined(separator: ", ")
            throw RequestError(.general, "Angular units not in (\(names))")
        }
        self = unit
    }

    /// An angle in radians, from 0 to π.
    /// - Parameters:
    ///   - given: a number, or a text that is one.
    ///   - field: its name, for errors.
    func angle(_ given: Value, _ field: String) throws(RequestError) -> Double {
        guard let number = given.double ?? given.string.flatMap({ Double($0.trimmed) }) else {
            throw RequestError(.value, "\(field) must be a number")
        }
        let angle = number * radians
        guard angle >= 0, angle <= .pi else {
            throw RequestError(.value, "\(field) must be an angle from 0 to 180 degrees")
        }
        return angle
    }
}
