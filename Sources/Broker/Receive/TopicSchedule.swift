public import Archive
public import Sky

/// Which topics are to be read at a given time.
///
/// A survey's topics carry the UTC date of the night, so they change at midnight UTC. Yesterday's are read as well:
/// a night crosses midnight, and what was published last may not have been read yet.
public enum TopicSchedule: Sendable {
    /// Always the same topics; a name that begins with `^` is a regular expression.
    case fixed([String])
    /// The survey's dated topics of the last days.
    case dated(Survey, days: Int)

    /// The dated topics of the nights before those that are due, as far back as surveys keep them.
    func earlierTopics(at now: UTCTime) -> [String] {
        guard case .dated(let survey, let days) = self else { return [] }
        let due = Set(topics(at: now))
        return TopicSchedule.dated(survey, days: days + Self.keptDays).topics(at: now).filter {
            !due.contains($0)
        }
    }

    /// ZTF keeps a night's topics for a week; twice that.
    private static let keptDays = 14

    /// The topics at a time, today's first.
    public func topics(at now: UTCTime) -> [String] {
        switch self {
        case .fixed(let topics): return topics
        case .dated(let survey, let days):
            return (0..<Int64(max(1, days))).flatMap { day in
                let time = UTCTime(milliseconds: now.milliseconds - day * UTCTime.millisecondsPerDay)
                return survey.topics(of: time.compactDate)
            }
        }
    }
}
