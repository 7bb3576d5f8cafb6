extension Coordinates {
    /// Right ascension as `HH:MM:SS.ssss`.
    ///
    /// h = ⌊ra·12/180⌋, m and s from the rest, seconds rounded as C's `%07.4f` does. Seconds that round to 60
    /// are carried instead of written, through minutes and hours to `00:00:00.0000`.
    public var raText: String {
        let parts = SexagesimalParts(ra * 12 / 180, decimals: 4)
        var text = SexagesimalText()
        text.append(twoDigits: parts.whole == 24 ? 0 : parts.whole)
        text.append(minutes: parts.minutes, seconds: parts.seconds, decimals: 4)
        return text.string
    }

    /// Declination as `DD:MM:SS.sss`, south of the equator with a leading `-` that takes one of the two places
    /// of the degrees: `-5:30:00.000`, and `-0:30:00.000` for half a degree south.
    ///
    /// Seconds that round to 60 are carried as in `raText`.
    public var decText: String {
        let parts = SexagesimalParts(abs(dec), decimals: 3)
        var text = SexagesimalText()
        if dec < 0 { text.append(UInt8(ascii: "-")) }
        if dec < 0 && parts.whole < 10 {
            text.append(digit: parts.whole)
        } else {
            text.append(twoDigits: parts.whole)
        }
        text.append(minutes: parts.minutes, seconds: parts.seconds, decimals: 3)
        return text.string
    }
}

/// A non-negative value split into whole units, minutes and seconds.
private struct SexagesimalParts {
    var whole: Int
    var minutes: Int

    /// In units of the last decimal place.
    var seconds: Int

    /// Splits a value of 0…90; larger ones would not fit the text.
    init(_ value: Double, decimals: Int) {
        let wholeUnits = value.rounded(.down)
        let inMinutes = (value - wholeUnits) * 60
        let wholeMinutes = inMinutes.rounded(.down)
        let scale = decimals == 4 ? 10_000.0 : 1_000.0
        whole = Int(wholeUnits)
        minutes = Int(wholeMinutes)
        seconds = roundedProduct((inMinutes - wholeMinutes) * 60, scale)
        if seconds >= 60 * Int(scale) {
            seconds = 0
            minutes += 1
        }
        if minutes >= 60 {
            minutes = 0
            whole += 1
        }
    }
}

/// `seconds · scale` rounded to an integer from the exact product, as `printf` rounds the exact decimal value:
/// the product as a Double alone rounds twice and would now and then differ in the last digit.
///
/// - Parameter seconds: 0…60, so that the product stays below 2²⁰ and its fraction is exact.
private func roundedProduct(_ seconds: Double, _ scale: Double) -> Int {
    let product = seconds * scale
    let error = (-product).addingProduct(seconds, scale)
    let floor = product.rounded(.down)
    let fraction = product - floor
    let whole = Int(floor)
    if fraction != 0.5 { return fraction > 0.5 ? whole + 1 : whole }
    if error != 0 { return error > 0 ? whole + 1 : whole }
    return whole + whole & 1
}

/// At most 13 ASCII bytes, held without an allocation; as a `String` they fit into its inline form too.
private struct SexagesimalText {
    private var bytes = InlineArray<13, UInt8>(repeating: 0)
    private var count = 0

    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    mutating func append(digit: Int) { append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)) }

    mutating func append(twoDigits value: Int) {
        append(digit: value / 10)
        append(digit: value % 10)
    }

    mutating func append(minutes: Int, seconds: Int, decimals: Int) {
        append(UInt8(ascii: ":"))
        append(twoDigits: minutes)
        append(UInt8(ascii: ":"))
        let scale = decimals == 4 ? 10_000 : 1_000
        append(twoDigits: seconds / scale)
        append(UInt8(ascii: "."))
        var place = scale / 10
        while place > 0 {
            append(digit: seconds / place % 10)
            place /= 10
        }
    }

    var string: String {
        do {
            return String(copying: try UTF8Span(validating: bytes.span.extracting(first: count)))
        } catch {
            // Only ASCII is ever appended.
            preconditionFailure("sexagesimal text is not ASCII")
        }
    }
}
