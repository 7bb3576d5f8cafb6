/// The words after a command: options with values, switches, and the rest.
struct Arguments {
    private(set) var options: [String: String] = [:]
    private(set) var switches: Set<String> = []
    private(set) var words: [String] = []

    /// - Parameters:
    ///   - arguments: the words after the command.
    ///   - options: names of options that take a value, without dashes.
    ///   - switches: names of options that take none.
    /// - Throws: `UsageError` on an unknown option or one without its value.
    init(_ arguments: [String], options: Set<String> = [], switches: Set<String> = []) throws(UsageError) {
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            guard argument.hasPrefix("--"), argument.count > 2 else {
                words.append(argument)
                continue
            }
            let parts = argument.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if switches.contains(name), parts.count == 1 {
                self.switches.insert(name)
            } else if options.contains(name) {
                if parts.count == 2 {
                    self.options[name] = String(parts[1])
                } else if index < arguments.count {
                    self.options[name] = arguments[index]
                    index += 1
                } else {
                    throw UsageError("--\(name) needs a value")
                }
            } else {
                throw UsageError("unknown option --\(name)")
            }
        }
    }

    /// The value of an option as a whole number of at least `least`.
    func integer(_ name: String, default fallback: Int, atLeast least: Int = 0) throws(UsageError) -> Int {
        guard let text = options[name] else { return fallback }
        guard let number = Int(text), number >= least else {
            throw UsageError("--\(name) must be a whole number of at least \(least), not '\(text)'")
        }
        return number
    }

    /// The only word; an error that says what was wanted where there is none or more.
    func word(_ meaning: String) throws(UsageError) -> String {
        guard words.count == 1, !words[0].isEmpty else { throw UsageError("give one \(meaning)") }
        return words[0]
    }

    /// Throws where there are words and none are wanted.
    func noWords() throws(UsageError) {
        guard words.isEmpty else { throw UsageError("unknown word '\(words[0])'") }
    }
}

/// A command that was understood and could not be done.
struct CommandError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A command line that means nothing.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
