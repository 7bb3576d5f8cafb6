/// Reads JSON into BSON in one pass: every value is written where it belongs as soon as it is read.
///
/// A type wrapper is first written as the document that it looks like and replaced when its object closes, so
/// that wrappers inside wrappers are values already: the order in which PyMongo's `object_hook` sees them.
/// The order of checks, and so the place of every error, is that of CPython's `_json.c`.
struct JSONReader {
    /// What is read so far: the value's bytes, without a type and a key at the top.
    var output: OutputBytes
    /// The next byte of the text.
    var index = 0
    private let wrappers: ExtendedJSON.Wrappers
    private var keys = OpenKeys()

    /// - Parameter capacity: bytes to make room for.
    init(capacity: Int, wrappers: ExtendedJSON.Wrappers) {
        output = OutputBytes(capacity: capacity + 16)
        self.wrappers = wrappers
    }

    /// Reads the whole text; returns the type of its value.
    mutating func read(_ text: RawSpan) throws(JSONError) -> ElementType {
        if let fault = UTF8Check.firstFault(in: text, 0..<text.byteCount) {
            throw error(.encoding, "invalid UTF-8", at: fault, text)
        }
        if text.byteCount >= 3, text.byte(at: 0) == 0xEF, text.byte(at: 1) == 0xBB, text.byte(at: 2) == 0xBF {
            throw error(.syntax, "Unexpected UTF-8 BOM (decode using utf-8-sig)", at: 0, text)
        }
        skipWhitespace(text)
        let type = try value(text)
        skipWhitespace(text)
        guard index == text.byteCount else { throw error(.syntax, "Extra data", at: index, text) }
        return type
    }

    /// The byte to be read next; zero at the end, which no rule of JSON accepts.
    func peek(_ text: RawSpan) -> UInt8 { index < text.byteCount ? text.byte(at: index) : 0 }

    private mutating func skipWhitespace(_ text: RawSpan) {
        while index < text.byteCount {
            switch text.byte(at: index) {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): index &+= 1
            default: return
            }
        }
    }

    /// Writes the value that begins here; returns its type.
    private mutating func value(_ text: RawSpan) throws(JSONError) -> ElementType {
        switch peek(text) {
        case UInt8(ascii: "\""):
            let start = output.count
            output.append32(0)
            try string(text)
            output.append(0)
            output.store32(UInt32(truncatingIfNeeded: output.count - start - 4), at: start)
            return .string
        case UInt8(ascii: "{"): return try object(text)
        case UInt8(ascii: "["): return try array(text)
        case UInt8(ascii: "n") where take("null", text): return .null
        case UInt8(ascii: "t") where take("true", text):
            output.append(1)
            return .bool
        case UInt8(ascii: "f") where take("false", text):
            output.append(0)
            return .bool
        case UInt8(ascii: "N") where take("NaN", text): return write(.nan)
        case UInt8(ascii: "I") where take("Infinity", text): return write(.infinity)
        case UInt8(ascii: "-") where take("-Infinity", text): return write(-.infinity)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(text)
        default: throw error(.syntax, "Expecting value", at: index, text)
        }
    }

    private mutating func write(_ number: Double) -> ElementType {
        output.append64(number.bitPattern)
        return .double
    }

    /// Moves behind a word if the text goes on with it.
    private mutating func take(_ word: StaticString, _ text: RawSpan) -> Bool {
        let count = word.utf8CodeUnitCount
        guard index + count <= text.byteCount else { return false }
        for offset in 0..<count where text.byte(at: index + offset) != word.utf8Start[offset] { return false }
        index += count
        return true
    }

    private mutating func object(_ text: RawSpan) throws(JSONError) -> ElementType {
        let textStart = index
        let start = try open(text)
        var goesOn = peek(text) != UInt8(ascii: "}")
        while goesOn {
            guard peek(text) == UInt8(ascii: "\"") else {
                throw error(.syntax, "Expecting property name enclosed in double quotes", at: index, text)
            }
            let element = output.count
            try key(text)
            skipWhitespace(text)
            guard peek(text) == UInt8(ascii: ":") else {
                throw error(.syntax, "Expecting ':' delimiter", at: index, text)
            }
            index += 1
            skipWhitespace(text)
            output[element] = try value(text).rawValue
            goesOn = try separator(before: UInt8(ascii: "}"), text)
        }
        index += 1
        let marks = keys.close()
        close(start)
        if marks.mayRepeat { output.keepLastOfEqualKeys(from: start) }
        guard let wrapper = marks.wrapper else { return .document }
        return try unwrap(wrapper, start, textStart, text)
    }

    private mutating func array(_ text: RawSpan) throws(JSONError) -> ElementType {
        let start = try open(text)
        var count: Int64 = 0
        var goesOn = peek(text) != UInt8(ascii: "]")
        while goesOn {
            let element = output.count
            output.append(0)
            keys.enter(at: output.count)
            output.append(decimal: count)
            output.append(0)
            output[element] = try value(text).rawValue
            count += 1
            goesOn = try separator(before: UInt8(ascii: "]"), text)
        }
        index += 1
        _ = keys.close()
        close(start)
        return .array
    }

    /// Moves behind the comma after an element; false, without a move, if the closing bracket is there.
    private mutating func separator(before closing: UInt8, _ text: RawSpan) throws(JSONError) -> Bool {
        skipWhitespace(text)
        if peek(text) == closing { return false }
        guard peek(text) == UInt8(ascii: ",") else {
            throw error(.syntax, "Expecting ',' delimiter", at: index, text)
        }
        index += 1
        skipWhitespace(text)
        return true
    }

    /// Opens an object or array; returns where its length will be.
    private mutating func open(_ text: RawSpan) throws(JSONError) -> Int {
        guard keys.depth < ExtendedJSON.maximumDepth else {
            throw error(
                .depth, "more than \(ExtendedJSON.maximumDepth) objects in one another", at: index, text)
        }
        let start = output.count
        keys.open()
        output.append32(0)
        index += 1
        skipWhitespace(text)
        return start
    }

    private mutating func close(_ start: Int) {
        output.append(0)
        output.store32(UInt32(truncatingIfNeeded: output.count - start), at: start)
    }

    /// Writes a type byte to be set later, and the key that begins here.
    private mutating func key(_ text: RawSpan) throws(JSONError) {
        let textStart = index
        output.append(0)
        let start = output.count
        keys.enter(at: start)
        try string(text)
        let isFaulty = output.withBytes(from: start) {
            $0.firstZero(from: 0, before: $0.byteCount) < $0.byteCount
        }
        guard !isFaulty else {
            throw error(.value, "Key names must not contain the NULL byte", at: textStart, text)
        }
        output.withBytes(from: start) { keys.note($0, mayBeWrapper: wrappers == .recognised) }
        output.append(0)
    }

    /// Replaces the document at `start`, the last thing written, by the value that it wraps.
    private mutating func unwrap(
        _ wrapper: Wrapper, _ start: Int, _ textStart: Int, _ text: RawSpan
    ) throws(JSONError) -> ElementType {
        do throws(WrapperFault) {
            let content = output.withBytes(from: start, Wrapper.onlyText(in:))
            let value =
                if let content { try wrapper.value(of: content) } else {
                    try wrapper.value(of: Document(trusted: output.copy(from: start)))
                }
            output.truncate(to: start)
            return output.append(valueOf: value)
        } catch {
            throw self.error(.value, error.reason, at: textStart, text)
        }
    }

    /// The error at a byte of the text, with the path that is open.
    func error(_ kind: JSONError.Kind, _ reason: String, at offset: Int, _ text: RawSpan) -> JSONError {
        JSONError(kind, reason, at: offset, in: text, path: output.withBytes(from: 0) { keys.path(in: $0) })
    }
}
