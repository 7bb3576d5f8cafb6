/// Reads dates from texts as MongoDB's library does.
struct DateReader {
    private let text: String
    private let bytes: [UInt8]
    private var position = 0
    private(set) var fields = DateFields()

    init(_ text: String) throws(Failure) {
        self.text = text
        bytes = Array(text.utf8)
        // Ends the text early in a library of C.
        guard !bytes.contains(0) else { throw .unsupported("a date with a zero byte") }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// A number of at most so many digits; nil where none stands here. The position is behind it.
    private mutating func number(digits: Int) -> (value: Int, digits: Int)? {
        let start = position
        var value = 0
        while position - start < digits, let byte = next, Self.isDigit(byte) {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
        }
        return position > start ? (value, position - start) : nil
    }

    /// Microseconds of the digits of a fraction of a second, at most nine.
    private static func microseconds(_ fraction: (value: Int, digits: Int)) -> Int {
        var billionths = fraction.value
        for _ in fraction.digits..<9 { billionths *= 10 }
        return billionths / 1000
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    // MARK: With a format

    /// Reads a text of a format.
    mutating func read(_ format: DateFormat) throws(Failure) {
        for piece in format.pieces {
            guard position < bytes.count else { throw failure("it ends too early") }
            switch piece {
            case .literal(let literal):
                guard !literal.contains(0) else { throw .unsupported("a format with a zero byte") }
                guard bytes[position...].starts(with: literal) else {
                    throw failure("it is not as the format says")
                }
                position += literal.count
            case .specifier(let letter): try read(letter)
            }
        }
        guard position == bytes.count else { throw failure("it goes on behind the date") }
    }

    private mutating func read(_ letter: UInt8) throws(Failure) {
        switch letter {
        case UInt8(ascii: "Y"): fields.year = try required(4).value
        case UInt8(ascii: "m"): fields.month = try required(2).value
        case UInt8(ascii: "d"): fields.day = try required(2).value
        case UInt8(ascii: "H"): fields.hour = try required(2).value
        case UInt8(ascii: "M"): fields.minute = try both()
        case UInt8(ascii: "S"): fields.second = try both()
        case UInt8(ascii: "L"):
            fields.microsecond = Self.microseconds(try required(3))
        case UInt8(ascii: "G"): fields.isoYear = try distant(4)
        case UInt8(ascii: "V"):
            let week = try distant(2)
            guard 1...53 ~= week else { throw failure("there is no week \(week)") }
            fields.isoWeek = week
        case UInt8(ascii: "u"):
            let weekday = try distant(1)
            guard 1...7 ~= weekday else { throw failure("there is no weekday \(weekday)") }
            fields.isoWeekday = weekday
        case UInt8(ascii: "z"): fields.offset = try zone()
        default: fields.offset = try minutes()
        }
    }

    private mutating func required(_ digits: Int) throws(Failure) -> (value: Int, digits: Int) {
        guard let number = number(digits: digits) else { throw failure("a number is missing") }
        return number
    }

    private mutating func both() throws(Failure) -> Int {
        let number = try required(2)
        guard number.digits == 2 else { throw failure("two digits are wanted") }
        return number.value
    }

    /// A number, before which there may be anything: the library is strict with the other ones only.
    private mutating func distant(_ digits: Int) throws(Failure) -> Int {
        while let byte = next, !Self.isDigit(byte) { position += 1 }
        return try required(digits).value
    }

    /// Minutes east of Greenwich with their sign, as seconds.
    private mutating func minutes() throws(Failure) -> Int {
        let sign = next
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            throw failure("an offset is missing")
        }
        position += 1
        let minutes = number(digits: 7)?.value ?? 0
        if let byte = next, Self.isDigit(byte) { throw .unsupported("an offset of eight digits") }
        return (sign == UInt8(ascii: "-") ? -minutes : minutes) * 60
    }

    /// A time zone: an offset, `Z`, `UTC` or `GMT`. The library knows hundreds of abbreviations more.
    private mutating func zone() throws(Failure) -> Int {
        while let byte = next, [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "(")].contains(byte) {
            position += 1
        }
        if bytes[position...].starts(with: "GMT+".utf8) || bytes[position...].starts(with: "GMT-".utf8) {
            position += 3
        }
        let seconds: Int
        switch next {
        case UInt8(ascii: "+"):
            position += 1
            seconds = try offset()
        case UInt8(ascii: "-"):
            position += 1
            seconds = -(try offset())
        default:
            let start = position
            while let byte = next, byte != UInt8(ascii: " "), byte != UInt8(ascii: ")") { position += 1 }
            let name = String(decoding: bytes[start..<position], as: UTF8.self).uppercased()
            guard ["Z", "UTC", "GMT"].contains(name) else {
                throw .unsupported("time zone '\(name)' in a date")
            }
            seconds = 0
        }
        while skip(UInt8(ascii: ")")) {}
        return seconds
    }

    /// `5`, `05`, `530`, `0530`, `5:30`, `05:3` or `05:30`, as seconds.
    private mutating func offset() throws(Failure) -> Int {
        let start = position
        while let byte = next, Self.isDigit(byte) || byte == UInt8(ascii: ":") { position += 1 }
        let parts = bytes[start..<position].split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        switch parts.map(\.count) {
        case [0]: throw failure("an offset is missing")
        case [1], [2]: return numbers[0] * 3600
        case [3], [4]: return numbers[0] / 100 * 3600 + numbers[0] % 100 * 60
        case [1, 2], [2, 1], [2, 2]: return numbers[0] * 3600 + numbers[1] * 60
        default:
            let length = position - start
            if length == 5 || length == 7 || length > 8 { throw failure("there is no such offset") }
            throw .unsupported("an offset like '\(String(decoding: bytes[start..<position], as: UTF8.self))'")
        }
    }

    // MARK: Without a format

    /// Reads `YYYY-MM-DD`, `YYYY-MM-DDThh:mm` or `YYYY-MM-DDThh:mm:ss` with an optional fraction of a second, `T` or a
    /// space between, and behind the time `Z`, `UTC`, `GMT` or an offset. The library understands much more than these.
    mutating func readISO8601() throws(Failure) {
        guard !bytes.isEmpty else { throw failure("it is empty") }
        fields.year = try exactly(4, 0...9999)
        try expect(UInt8(ascii: "-"))
        fields.month = try exactly(2, 0...12)
        try expect(UInt8(ascii: "-"))
        fields.day = try exactly(2, 0...31)
        if position == bytes.count { return }
        guard skip(UInt8(ascii: "T")) || skip(UInt8(ascii: "t")) || skip(UInt8(ascii: " ")) else {
            throw foreign
        }
        fields.hour = try exactly(2, 0...24)
        try expect(UInt8(ascii: ":"))
        fields.minute = try exactly(2, 0...59)
        if skip(UInt8(ascii: ":")) {
            fields.second = try exactly(2, 0...60)
            if skip(UInt8(ascii: ".")) {
                guard let fraction = number(digits: 9) else { throw foreign }
                // Of a tenth digit on the library's rounding would have to be repeated.
                if let byte = next, Self.isDigit(byte) { throw foreign }
                fields.microsecond = Self.microseconds(fraction)
            }
        }
        if position == bytes.count { return }
        _ = skip(UInt8(ascii: " "))
        fields.offset = try suffix()
    }

    /// What stands behind a time, to the end of the text.
    private mutating func suffix() throws(Failure) -> Int {
        let rest = bytes[position...]
        if ["Z", "z", "UTC", "GMT"].contains(String(decoding: rest, as: UTF8.self)) { return 0 }
        let isWest = next == UInt8(ascii: "-")
        guard skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-")) else { throw foreign }
        var seconds = try exactly(2, 0...23) * 3600
        if position < bytes.count {
            _ = skip(UInt8(ascii: ":"))
            seconds += try exactly(2, 0...59) * 60
        }
        guard position == bytes.count else { throw foreign }
        return isWest ? -seconds : seconds
    }

    private mutating func exactly(_ digits: Int, _ range: ClosedRange<Int>) throws(Failure) -> Int {
        guard let number = number(digits: digits), number.digits == digits, range.contains(number.value)
        else {
            throw foreign
        }
        return number.value
    }

    private mutating func expect(_ byte: UInt8) throws(Failure) {
        guard skip(byte) else { throw foreign }
    }

    private var foreign: Failure { .unsupported("a date like '\(text)' without a format") }

    private func failure(_ reason: String) -> Failure { DateFields.failure(text, reason) }
}
