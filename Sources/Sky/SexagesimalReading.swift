extension Coordinates {
    /// Reads right ascension and declination as written by astronomers.
    ///
    /// - Parameters:
    ///   - ra: `12:34:56.7` or `12h34m56.7s` in hours, `188d44m10.5s` in degrees.
    ///   - dec: `-01:02:03.4`, `+01:02:03.4` or `-01d02m03.4s`.
    /// - Throws: `SkyError` naming `ra` or `dec` when the text has another form or is out of range.
    public init(ra: String, dec: String) throws(SkyError) {
        let first = try SexagesimalReading(ra, field: "ra")
        let second = try SexagesimalReading(dec, field: "dec")
        let degrees = first.unit == .degrees ? first.value : first.value * 15
        guard !first.isNegative, degrees <= 360 else {
            throw first.fault("not between 0 and 24 hours", .range)
        }
        guard second.unit != .hours else { throw second.fault("declination is in degrees, not in hours") }
        guard second.value <= 90 else { throw second.fault("not between -90 and 90 degrees", .range) }
        try self.init(ra: degrees, dec: second.isNegative ? -second.value : second.value)
    }
}

/// One sexagesimal text taken apart: its sign, the unit its letters name, and the absolute value.
private struct SexagesimalReading {
    /// What the first number counts.
    enum Unit { case hours, degrees, unnamed }

    let text: String
    let field: String
    var isNegative = false
    var unit = Unit.unnamed
    var value = 0.0

    /// Reads `A:B:C`, `A B C`, `AhBmCs` or `AdBmCs`: three unsigned numbers after an optional sign, only the
    /// last with a fraction, the second and third below 60 (60 itself is read: old archives contain it).
    init(_ text: String, field: String) throws(SkyError) {
        self.text = text
        self.field = field
        // Longer input is no coordinate; the bound also keeps it out of error messages.
        guard text.utf8.count <= 40 else {
            throw SkyError(field: field, value: "\(text.prefix(40))…", reason: "too long for a coordinate")
        }
        let form = "not of the form 12:34:56.7, 12h34m56.7s or -01d02m03.4s"
        var numbers: [Double] = []
        var digits = ""
        var separators = ""
        for (index, character) in text.enumerated() {
            switch character {
            case "+" where index == 0: break
            case "-" where index == 0: isNegative = true
            case "0"..."9", ".": digits.append(character)
            case ":", " ", "h", "d", "m", "s":
                numbers.append(try number(digits))
                digits = ""
                separators.append(character)
            default: throw fault(form)
            }
        }
        if !digits.isEmpty { numbers.append(try number(digits)) }
        switch separators {
        case "::", "  ": unit = .unnamed
        case "hms", "hm": unit = .hours
        case "dms", "dm": unit = .degrees
        default: throw fault(form)
        }
        guard numbers.count == 3, numbers[0].rounded() == numbers[0], numbers[1].rounded() == numbers[1]
        else {
            throw fault("needs three numbers of which only the last has a fraction")
        }
        guard numbers[1] <= 60, numbers[2] <= 60 else { throw fault("minutes or seconds above 60") }
        value = numbers[0] + (numbers[1] + numbers[2] / 60) / 60
    }

    /// The number in a run of digits and points.
    private func number(_ digits: String) throws(SkyError) -> Double {
        guard let number = Double(digits) else { throw fault("'\(digits)' is not a number") }
        return number
    }

    /// An error about this text.
    func fault(_ reason: String, _ fault: SkyError.Fault = .form) -> SkyError {
        SkyError(field: field, value: text, reason: reason, fault: fault)
    }
}
