import Documents

extension Operator {
    /// `$indexOfBytes`: where a text stands in another one, -1 where it does not. Only what lies wholly between start
    /// and end counts.
    static let indexOfBytes = index(of: "$indexOfBytes", 40091, 40092) { text, token, start, end in
        let end = min(end ?? text.count, text.count)
        guard start <= end, let found = text[..<end].firstPosition(of: token, from: start) else { return -1 }
        return found
    }

    /// `$indexOfCP`: the same in code points. What begins between start and end counts; nothing begins at the very end,
    /// except for the empty text in itself.
    static let indexOfCharacters = index(of: "$indexOfCP", 40093, 40094) { text, token, start, end in
        if text.isEmpty && token.isEmpty { return start == 0 ? 0 : -1 }
        var position = 0
        for offset in text.indices where !text[offset].isContinuation {
            if position == start {
                guard let found = text[...].firstPosition(of: token, from: offset) else { return -1 }
                let index = start + text[offset..<found].count { !$0.isContinuation }
                return index < end ?? .max ? index : -1
            }
            position += 1
        }
        return -1
    }

    private static func index(
        of name: String, _ textCode: Int, _ tokenCode: Int,
        _ search: @escaping @Sendable ([UInt8], [UInt8], Int, Int?) -> Int
    ) -> Operator {
        .nary(name, 2...4) { arguments, run throws(Failure) in
            if arguments[0].isNullish { return .null }
            guard case .string(let text) = arguments[0] else {
                throw arguments[0].refused(by: name, code: textCode)
            }
            guard case .string(let token) = arguments[1] else {
                throw arguments[1].refused(by: name, code: tokenCode)
            }
            let start = arguments.count > 2 ? try position(arguments[2], name) : 0
            let end = arguments.count > 3 ? try position(arguments[3], name) : nil
            try run.spend(text.utf8.count / 16)
            return .narrow(Int64(search(Array(text.utf8), Array(token.utf8), start, end)))
        }
    }

    private static func position(_ datum: Datum, _ name: String) throws(Failure) -> Int {
        guard let position = datum.int32 else { throw datum.refused(by: name, code: 40096) }
        if position < 0 { throw .error(code: 40097, "\(name) does not take a negative index") }
        return Int(position)
    }

    /// `$split`: the parts of a text between separators.
    static let split = Operator.nary("$split", 2...2) { arguments, run throws(Failure) in
        if arguments[0].isNullish || arguments[1].isNullish { return .null }
        guard case .string(let text) = arguments[0] else {
            throw arguments[0].refused(by: "$split", code: 40085)
        }
        guard case .string(let separator) = arguments[1] else {
            throw arguments[1].refused(by: "$split", code: 40086)
        }
        if separator.isEmpty { throw .error(code: 40087, "the separator of $split must not be empty") }
        let (bytes, token) = (Array(text.utf8), Array(separator.utf8))
        try run.spend(bytes.count / 16)
        try run.hold(bytes.count)
        var parts: [Datum] = []
        var start = 0
        while let end = bytes[...].firstPosition(of: token, from: start) {
            try run.hold(16)
            try run.spend()
            parts.append(.string(String(decoding: bytes[start..<end], as: UTF8.self)))
            start = end + token.count
        }
        parts.append(.string(String(decoding: bytes[start...], as: UTF8.self)))
        return .array(List(parts))
    }

    /// `$replaceOne` and `$replaceAll`. All three arguments must be strings or null, also where one is null.
    static func replacing(_ name: String, all: Bool) -> Operator {
        .named(name, required: ["input", "find", "replacement"]) { arguments, run throws(Failure) in
            for (argument, code) in zip(arguments, [51746, 51745, 51744]) where !argument.isNullish {
                guard case .string = argument else { throw argument.refused(by: name, code: code) }
            }
            guard case .string(let text) = arguments[0], case .string(let find) = arguments[1],
                case .string(let replacement) = arguments[2]
            else { return .null }
            let (bytes, token, other) = (Array(text.utf8), Array(find.utf8), Array(replacement.utf8))
            try run.spend(bytes.count / 16)
            try run.hold(bytes.count)
            if token.isEmpty, all { return .string(try interspersed(bytes, other, &run)) }
            var result: [UInt8] = []
            var start = 0
            while let found = bytes[...].firstPosition(of: token, from: start) {
                try run.spend()
                try run.hold(other.count)
                result += bytes[start..<found]
                result += other
                start = found + token.count
                if !all { break }
            }
            result += bytes[start...]
            return .string(String(decoding: result, as: UTF8.self))
        }
    }

    /// A text before, between and behind all bytes of another one, as MongoDB puts it where nothing is looked for.
    private static func interspersed(
        _ bytes: [UInt8], _ other: [UInt8], _ run: inout Run
    ) throws(Failure) -> String {
        if other.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        if bytes.contains(where: { $0 >= 0x80 }) { throw .unsupported("text that is not UTF-8") }
        let (size, overflows) = other.count.multipliedReportingOverflow(by: bytes.count + 1)
        try run.hold(overflows ? .max : size)
        var result = other
        for byte in bytes {
            result.append(byte)
            result += other
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Where other bytes first stand, at a position or behind it; nil where they do not.
    ///
    /// Takes time in proportion to the lengths whatever they hold: the search of Knuth, Morris and Pratt (1977).
    func firstPosition(of token: [UInt8], from start: Int) -> Int? {
        guard start <= endIndex else { return nil }
        guard token.count > 1 else {
            return token.first.map { self[start...].firstIndex(of: $0) } ?? start
        }
        // How long a beginning of the token ends at each of its bytes, the whole up to there left out.
        var borders = [Int](repeating: 0, count: token.count)
        var length = 0
        for index in 1..<token.count {
            while length > 0, token[index] != token[length] { length = borders[length - 1] }
            if token[index] == token[length] { length += 1 }
            borders[index] = length
        }
        length = 0
        for index in start..<endIndex {
            while length > 0, self[index] != token[length] { length = borders[length - 1] }
            if self[index] == token[length] { length += 1 }
            if length == token.count { return index + 1 - length }
        }
        return nil
    }
}

extension UInt8 {
    /// Whether it goes on with a character of UTF-8 that began before.
    var isContinuation: Bool { self & 0xC0 == 0x80 }
}
