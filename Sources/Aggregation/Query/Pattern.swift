import CPCRE2
import Synchronization

/// A compiled regular expression of PCRE2, with the options that MongoDB has.
///
/// How much a match may take is limited: a pattern that backtracks without end fails with `Failure.exhausted`, and
/// what a match costs is spent from the run's steps.
///
/// Is sendable because PCRE2 never writes to a compiled pattern, and what a match writes to is lent to one thread at
/// a time.
final class Pattern: @unchecked Sendable {
    /// Why there is no pattern of a text.
    enum Fault: Error {
        /// MongoDB refuses it as well.
        /// - Parameter code: MongoDB's number for it.
        case invalid(code: Int, String)
        /// PCRE2 would understand it differently from the older PCRE in MongoDB 6.0.
        case unsupported(String)
    }

    /// The expression.
    let text: String
    /// Its options, letters among `imsxu`.
    let options: String
    /// How many groups capture.
    let groupCount: Int
    private let code: OpaquePointer
    private let matchers = Mutex<[Matcher]>([])

    /// - Parameters:
    ///   - isKept: whether it will be used often enough to be made into machine code.
    ///   - isOfQuery: whether it stands in a query. There MongoDB refuses what would be no pattern inside of
    ///     parentheses, such as one that ends in a comment.
    init(_ text: String, options: String, isKept: Bool = true, isOfQuery: Bool = false) throws(Fault) {
        if text.utf8.contains(0) {
            throw .invalid(code: 51109, "a regular expression must not contain a zero byte")
        }
        if let construct = PatternDialect.construct(in: text) {
            throw .unsupported("\(construct) in a regular expression")
        }
        self.text = text
        self.options = options
        let bits = try Self.bits(of: options)
        if isOfQuery { pcre2_code_free_8(try Self.code(of: "(?:\(text))\\z", bits)) }
        code = try Self.code(of: text, bits)
        var count: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
        // Where there is no compiler for this processor, or no memory that may be executed, matching is only slower.
        if isKept { pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) }
    }

    deinit { pcre2_code_free_8(code) }

    private static func code(of text: String, _ bits: UInt32) throws(Fault) -> OpaquePointer {
        // MongoDB's PCRE reads a backslash before a letter without meaning as that letter.
        var outcome = Self.compile(text, bits, lenient: false)
        if outcome.code == nil, outcome.error == Self.unknownEscape {
            outcome = Self.compile(text, bits, lenient: true)
        }
        guard let code = outcome.code else {
            if outcome.error == Self.bytesRefused { throw .unsupported("\\C in a regular expression") }
            throw .invalid(code: 51091, "regular expression is invalid: \(Self.message(outcome.error))")
        }
        return code
    }

    /// Whether there is a match anywhere in a text.
    func matches(_ text: String, _ run: inout Run) throws(Failure) -> Bool {
        try text.utf8Span.span.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try match(in: bytes, from: 0, &run) { _ in true } ?? false
        }
    }

    /// Looks for the first match from an offset on.
    /// - Parameters:
    ///   - bytes: valid UTF-8.
    ///   - start: an offset at which a character begins, or the end.
    ///   - body: is given where the match and each group begin and end; groups that took no part have nil.
    /// - Returns: what the body makes of it, nil where there is no match.
    func match<Result>(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ run: inout Run,
        _ body: (_ bounds: (_ group: Int) -> Range<Int>?) -> Result
    ) throws(Failure) -> Result? {
        try run.spend(1 + (bytes.count - start) / 16)
        guard let matcher = matchers.withLock({ $0.popLast() }) ?? Matcher(code) else {
            throw .exhausted("no memory for a regular expression")
        }
        defer { matchers.withLock { $0.append(matcher) } }
        guard try matcher.matches(code, bytes, from: start, &run) else { return nil }
        return body { matcher.bounds(of: $0, upTo: bytes.count) }
    }

    private static let unknownEscape: Int32 = 103  // "unrecognized character follows \"
    private static let bytesRefused: Int32 = 183  // "using \C is disabled by the application"

    /// PCRE2's bits for MongoDB's letters.
    static func bits(of options: String) throws(Fault) -> UInt32 {
        var bits = UInt32(PCRE2_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        for letter in options.unicodeScalars {
            switch letter {
            case "i": bits |= UInt32(PCRE2_CASELESS)
            case "m": bits |= UInt32(PCRE2_MULTILINE)
            case "s": bits |= UInt32(PCRE2_DOTALL)
            case "x": bits |= UInt32(PCRE2_EXTENDED)
            case "u": break  // patterns are of characters, not bytes, in any case
            default: throw .invalid(code: 51108, "there is no option \(letter) of regular expressions")
            }
        }
        return bits
    }

    private static func compile(
        _ text: String, _ bits: UInt32, lenient: Bool
    ) -> (code: OpaquePointer?, error: Int32) {
        guard let context = pcre2_compile_context_create_8(nil) else { return (nil, 121) }  // no memory
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        pcre2_set_bsr_8(context, UInt32(PCRE2_BSR_UNICODE))
        let extra = UInt32(PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK)
        pcre2_set_compile_extra_options_8(
            context, lenient ? extra | UInt32(PCRE2_EXTRA_BAD_ESCAPE_IS_LITERAL) : extra)
        var error: Int32 = 0
        var offset = 0
        let code = text.utf8Span.span.withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress, $0.count, bits, &error, &offset, context)
        }
        return (code, error)
    }

    private static func message(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
            let count = pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
            return count > 0
                ? String(decoding: UnsafeBufferPointer(rebasing: buffer[..<Int(count)]), as: UTF8.self)
                : "error \(code)"
        }
    }
}

/// What PCRE2 writes to during a match; used again and again.
///
/// Is sendable because a pattern takes it out of its store for the length of a match: one thread at a time has it.
private final class Matcher: @unchecked Sendable {
    private let data: OpaquePointer
    private let context: OpaquePointer

    /// - Returns: nil where there is no memory.
    init?(_ code: OpaquePointer) {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return nil }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_match_data_free_8(data)
            return nil
        }
        pcre2_set_heap_limit_8(context, 20 << 10)  // KiB
        pcre2_set_depth_limit_8(context, 100_000)
        self.data = data
        self.context = context
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(context)
    }

    /// PCRE2 does not say how much a match took, so it begins with a small limit that is raised and paid for as long
    /// as it does not suffice.
    func matches(
        _ code: OpaquePointer, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ run: inout Run
    ) throws(Failure) -> Bool {
        var limit: UInt32 = 1_000
        var bits = UInt32(PCRE2_NO_UTF_CHECK)
        while true {
            pcre2_set_match_limit_8(context, limit)
            let outcome = pcre2_match_8(code, bytes.baseAddress, bytes.count, start, bits, data, context)
            switch outcome {
            case 0...: return true
            case PCRE2_ERROR_NOMATCH: return false
            case PCRE2_ERROR_JIT_STACKLIMIT: bits |= UInt32(PCRE2_NO_JIT)  // the interpreter has a larger one
            case PCRE2_ERROR_MATCHLIMIT where limit < 1_000_000:
                try run.spend(Int(limit))
                limit *= 10
            case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_NOMEMORY:
                throw .exhausted("a regular expression that backtracks too much")
            default: throw .unsupported("a regular expression that ends with PCRE2's error \(outcome)")
            }
        }
    }

    /// Where a group of the last match lies; nil where it took no part.
    func bounds(of group: Int, upTo end: Int) -> Range<Int>? {
        guard group < pcre2_get_ovector_count_8(data), let offsets = pcre2_get_ovector_pointer_8(data) else {
            return nil
        }
        let (low, high) = (offsets[2 * group], offsets[2 * group + 1])
        // A group that took no part lies at -1; \K may put a beginning behind the end.
        guard low >= 0, low <= high, high <= end else { return nil }
        return low..<high
    }
}
