import Documents

/// How many alerts of each night were looked at, passed, and failed.
struct NightTally {
    private struct Night {
        var evaluated: Int64 = 0
        var passed: Int64 = 0
        var errors: Int64 = 0
    }

    private var nights: [Int64: Night] = [:]

    /// Takes note of an alert.
    /// - Parameters:
    ///   - night: its night; nil where it has none.
    ///   - hasPassed: nil where nobody knows because it failed.
    mutating func add(_ night: Int64?, hasPassed: Bool?) {
        guard let night else { return }
        nights[night, default: Night()].evaluated += 1
        switch hasPassed {
        case true?: nights[night, default: Night()].passed += 1
        case false?: break
        case nil: nights[night, default: Night()].errors += 1
        }
    }

    /// How many alerts were looked at.
    var evaluated: Int64 { nights.values.reduce(0) { $0 + $1.evaluated } }

    /// `[{night, evaluated, passed, errors, hit_rate}]` by night.
    var documents: [Document] {
        nights.sorted { $0.key < $1.key }.map { number, night in
            [
                "night": .integer(number), "evaluated": .integer(night.evaluated),
                "passed": .integer(night.passed), "errors": .integer(night.errors),
                "hit_rate": .double(Double(night.passed) / Double(max(night.evaluated, 1))),
            ]
        }
    }
}
