internal import Foundation

/// Which topics a consumer wants: names, or POSIX extended regular expressions that begin with `^`.
struct Subscription: Sendable, Equatable {
    /// Names and expressions, each once, in order of first mention.
    let topics: [String]

    /// Leaves out repetitions, which librdkafka refuses.
    init(_ topics: [String]) {
        var seen: Set<String> = []
        self.topics = topics.filter { seen.insert($0).inserted }
    }

    /// The names out of these that the subscription matches, with the function and flags that librdkafka itself
    /// uses (rdregex.c).
    func matches(in names: some Collection<String>) -> Set<String> {
        var matched = Set(names.filter { topics.contains($0) })
        for topic in topics where topic.hasPrefix("^") {
            var expression = regex_t()
            // What does not compile was refused when it was subscribed to.
            guard regcomp(&expression, topic, REG_EXTENDED | REG_NOSUB) == 0 else { continue }
            defer { regfree(&expression) }
            for name in names where regexec(&expression, name, 0, nil, 0) == 0 { matched.insert(name) }
        }
        return matched
    }
}
