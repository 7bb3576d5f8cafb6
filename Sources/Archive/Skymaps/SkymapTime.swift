import Documents
import Sky

/// Times of sky maps in the form that Kowalski reads and writes.
enum SkymapTime {
    /// The time that a field of a request means: `2023-06-23T15:42:26`, with up to six decimals, of which three are
    /// kept; or a datetime.
    /// - Throws: `RequestError` in Kowalski's words.
    static func read(_ value: Value) throws(RequestError) -> UTCTime {
        if case .datetime(let milliseconds) = value { return UTCTime(milliseconds: milliseconds) }
        guard let text = value.string else { throw malformed }
        return try read(text)
    }

    /// The time that a text means.
    static func read(_ text: String) throws(RequestError) -> UTCTime {
        let bytes = Array(text.utf8)
        let decimals = bytes.dropFirst(20)
        // What else ISO 8601 allows Kowalski does not.
        guard bytes.count >= 19, bytes[10] == UInt8(ascii: "T"),
            bytes.count == 19
                || bytes[19] == UInt8(ascii: ".") && (1...6).contains(decimals.count)
                    && decimals.allSatisfy({ 48...57 ~= $0 })
        else { throw malformed }
        do { return try UTCTime(iso8601: text) } catch { throw malformed }
    }

    private static let malformed = RequestError(
        .value, "dateobs must be in the format YYYY-MM-DDTHH:MM:SS[.SSSSSS] if it is a string")

    /// As Python's `isoformat` has it: without decimals where there are none, else with six.
    static func text(_ time: UTCTime, separator: Character = "T") -> String {
        let iso = time.iso8601
        let seconds = iso.dropLast(5).replacing("T", with: String(separator))
        let milliseconds = iso.dropLast().suffix(3)
        return milliseconds == "000" ? String(seconds) : "\(seconds).\(milliseconds)000"
    }
}
