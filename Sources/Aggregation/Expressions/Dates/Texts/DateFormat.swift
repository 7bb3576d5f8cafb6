import Documents

/// A format of dates, `%Y-%m-%dT%H:%M:%S.%LZ`, taken apart.
struct DateFormat: Sendable {
    /// A part of a format.
    enum Piece: Sendable, Equatable {
        /// Bytes that stand for themselves.
        case literal([UInt8])
        /// What stands for a number, by its letter.
        case specifier(UInt8)
    }

    /// The parts in their order; no two literals side by side.
    let pieces: [Piece]

    /// What `$dateToString` writes.
    static let written = Set("dGHjLmMSwuUVYzZ".utf8)
    /// What `$dateFromString` reads.
    static let read = Set("dGHLmMSuVYzZ".utf8)
    /// What `$dateToString` writes where no format is given.
    static let iso8601 = DateFormat(pieces: [
        .specifier(UInt8(ascii: "Y")), .literal(Array("-".utf8)), .specifier(UInt8(ascii: "m")),
        .literal(Array("-".utf8)), .specifier(UInt8(ascii: "d")), .literal(Array("T".utf8)),
        .specifier(UInt8(ascii: "H")), .literal(Array(":".utf8)), .specifier(UInt8(ascii: "M")),
        .literal(Array(":".utf8)), .specifier(UInt8(ascii: "S")), .literal(Array(".".utf8)),
        .specifier(UInt8(ascii: "L")), .literal(Array("Z".utf8)),
    ])

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// - Parameter allowed: the letters that may stand after `%`.
    init(_ text: String, allowed: Set<UInt8>) throws(Failure) {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                literal.append(byte)
                continue
            }
            guard let letter = bytes.next() else {
                throw .error(code: 18535, "the format '\(text)' ends with a single '%'")
            }
            if letter == UInt8(ascii: "%") {
                literal.append(letter)
                continue
            }
            guard allowed.contains(letter) else {
                throw .error(code: 18536, "'%\(Character(UnicodeScalar(letter)))' means nothing in a format")
            }
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
            pieces.append(.specifier(letter))
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
    }

    /// A local time in this format.
    /// - Throws: an error where a number has more than four digits or is negative, as years may.
    func text(of time: LocalTime, in zone: Zone, _ run: inout Run) throws(Failure) -> String {
        try run.hold(8 * pieces.count + 64)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        let date = time.date
        for piece in pieces {
            switch piece {
            case .literal(let bytes):
                try run.hold(bytes.count)
                text += bytes
            case .specifier(let letter):
                try Self.append(letter, of: time, date, zone, to: &text)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(
        _ letter: UInt8, of time: LocalTime, _ date: CalendarTime, _ zone: Zone, to text: inout [UInt8]
    ) throws(Failure) {
        switch letter {
        case UInt8(ascii: "Y"): try append(date.year, 4, to: &text)
        case UInt8(ascii: "m"): try append(date.month, 2, to: &text)
        case UInt8(ascii: "d"): try append(date.day, 2, to: &text)
        case UInt8(ascii: "H"): try append(date.hour, 2, to: &text)
        case UInt8(ascii: "M"): try append(date.minute, 2, to: &text)
        case UInt8(ascii: "S"): try append(date.second, 2, to: &text)
        case UInt8(ascii: "L"): try append(date.millisecond, 3, to: &text)
        case UInt8(ascii: "j"): try append(time.dayOfYear, 3, to: &text)
        case UInt8(ascii: "w"): try append(time.weekday % 7 + 1, 1, to: &text)
        case UInt8(ascii: "u"): try append(time.weekday, 1, to: &text)
        case UInt8(ascii: "U"): try append(time.week, 2, to: &text)
        case UInt8(ascii: "V"): try append(time.isoWeek.week, 2, to: &text)
        case UInt8(ascii: "G"): try append(time.isoWeek.year, 4, to: &text)
        case UInt8(ascii: "z"):
            let offset = try offset(time, zone)
            let minutes = abs(offset) / 60
            text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
            try append(minutes / 60, 2, to: &text)
            try append(minutes % 60, 2, to: &text)
        default: text += Array(String(try offset(time, zone) / 60).utf8)
        }
    }

    /// The offset as it is written: before 1970 MongoDB looks it up at the next whole second.
    private static func offset(_ time: LocalTime, _ zone: Zone) throws(Failure) -> Int {
        time.instant < 0 && time.millisecond > 0 ? try zone.offset(at: time.instant + 1) : time.offset
    }

    private static func append(_ number: Int, _ width: Int, to text: inout [UInt8]) throws(Failure) {
        guard 0...9999 ~= number else {
            throw .error(code: 18537, "\(number) is not within 0 to 9999 and cannot be written in a date")
        }
        let digits = String(number).utf8
        for _ in 0..<max(0, width - digits.count) { text.append(UInt8(ascii: "0")) }
        text += Array(digits)
    }
}
