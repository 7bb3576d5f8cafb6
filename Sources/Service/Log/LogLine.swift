internal import Foundation

/// One thing that was logged.
public struct LogLine: Equatable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// How much it matters.
    public let level: LogLevel

    /// Which process said it.
    public let label: String

    /// What happened; the same words every time.
    public let message: String

    /// What it happened to, by dotted keys.
    public let metadata: [String: LogValue]

    /// One JSON object without a line break: time, level, label, message, then the metadata sorted by key.
    ///
    /// A metadata key that is one of the first four is written as `metadata.<key>`.
    public var json: String {
        var result = "{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\","
        result += "\"label\":\(JSONText.quoted(label)),\"message\":\(JSONText.quoted(message))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let isTaken = ["time", "level", "label", "message"].contains(key)
            result += ",\(JSONText.quoted(isTaken ? "metadata." + key : key)):\(value.json)"
        }
        return result + "}"
    }

    /// `2026-01-31T23:59:59.123Z warning message key=value`, without a line break.
    public var text: String {
        let words = metadata.sorted { $0.key < $1.key }.map {
            "\(LogValue.string($0.key).text)=\($0.value.text)"
        }
        // The message is constant, but quoting it also keeps control characters off the terminal.
        let shown = JSONText.quoted(message).dropFirst().dropLast()
        return ([time, level.rawValue, String(shown)] + words).joined(separator: " ")
    }

    /// The instant in ISO 8601 with milliseconds, UTC.
    var time: String {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        var seconds = time_t(remainder < 0 ? quotient - 1 : quotient)
        let fraction = remainder < 0 ? remainder + 1000 : remainder
        var parts = tm()
        // Years beyond what an Int32 holds have no calendar.
        guard gmtime_r(&seconds, &parts) != nil else { return "\(milliseconds)" }
        let date = "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))"
        let hours = "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2))"
        return "\(date)-\(padded(Int(parts.tm_mday), 2))T\(hours):\(padded(Int(parts.tm_sec), 2))"
            + ".\(padded(Int(fraction), 3))Z"
    }
}

/// A number with leading zeros.
private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
