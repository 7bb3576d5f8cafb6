import Documents

extension Operator {
    /// `$substrBytes`, also called `$substr`: so many bytes from a position, all the rest for a negative count. Both ends
    /// must be those of characters.
    static func substringOfBytes(_ name: String) -> Operator {
        .nary(name, 3...3) { arguments, run throws(Failure) in
            let text = try arguments[0].text()
            _ = try arguments[1].number(for: name, code: 16034)
            _ = try arguments[2].number(for: name, code: 16035)
            let start = try arguments[1].truncated(for: name)
            if start < 0 { throw .error(code: 50752, "\(name) does not take a negative position") }
            let length = try arguments[2].truncated(for: name)
            try run.spend(text.utf8.count / 16)
            let bytes = Array(text.utf8)
            let count = Int64(bytes.count)
            let (sum, overflows) = start.addingReportingOverflow(length < 0 ? count : length)
            let end = overflows ? count : min(sum, count)
            if start < count, bytes[Int(start)].isContinuation {
                throw .error(code: 28656, "\(name) would begin inside of a character")
            }
            if end < count, bytes[Int(end)].isContinuation {
                throw .error(code: 28657, "\(name) would end inside of a character")
            }
            if start >= count { return .string("") }
            try run.hold(Int(end - start))
            return .string(String(decoding: bytes[Int(start)..<Int(end)], as: UTF8.self))
        }
    }

    /// `$substrCP`: so many code points from a position.
    static let substringOfCharacters = Operator.nary("$substrCP", 3...3) { arguments, run throws(Failure) in
        let text = try arguments[0].text()
        _ = try arguments[1].number(for: "$substrCP", code: 34450)
        guard let start = arguments[1].int32 else {
            throw .error(code: 34451, "the position of $substrCP must be a whole number of 32 bits")
        }
        _ = try arguments[2].number(for: "$substrCP", code: 34452)
        guard let length = arguments[2].int32 else {
            throw .error(code: 34453, "the length of $substrCP must be a whole number of 32 bits")
        }
        if length < 0 { throw .error(code: 34454, "$substrCP does not take a negative length") }
        if start < 0 { throw .error(code: 34455, "$substrCP does not take a negative position") }
        try run.spend(text.utf8.count / 16)
        try run.hold(text.utf8.count)
        return .string(String(text.unicodeScalars.dropFirst(Int(start)).prefix(Int(length))))
    }
}
