import Documents
import Foundation

/// A time zone that has a name and a history.
///
/// Foundation brings a database of its own, as MongoDB does. Theirs are not of the same year and differ on times before
/// 1970; `ZoneAgreement` says when they agree, and nothing is said about other times.
struct NamedZone: Sendable {
    private let name: String
    private let rules: TimeZone
    /// The instants at which the offset is known.
    private let known: Range<Int>

    /// Nil where MongoDB has no zone of this name.
    init?(_ name: String) throws(Failure) {
        guard let known = ZoneAgreement.instants(of: name) else { return nil }
        guard let rules = TimeZone(identifier: name) else { throw .unsupported("time zone \(name)") }
        self.name = name
        self.rules = rules
        self.known = known
    }

    private func date(_ instant: Int) throws(Failure) -> Date {
        guard known.contains(instant) else {
            let time = CalendarTime(seconds: instant, millisecond: 0)
            throw .unsupported("time zone \(name) in the year \(time.year)")
        }
        return Date(timeIntervalSince1970: Double(instant))
    }

    /// Seconds east of Greenwich at an instant, seconds since 1970.
    func offset(at instant: Int) throws(Failure) -> Int {
        rules.secondsFromGMT(for: try date(instant))
    }

    private func isDaylightSaving(at instant: Int) throws(Failure) -> Bool {
        rules.isDaylightSavingTime(for: try date(instant))
    }

    /// The instant at which clocks show a local time: `Zone.instant(showing:reference:)`.
    ///
    /// MongoDB's library does it so: the offset at the instant that the local time would be in UTC is a first guess,
    /// the offset at the instant which that gives the second one. Where both agree, the offsets two hours earlier or
    /// later may be right as well; where they do not, clocks may be about to be put forward.
    func instant(showing local: Int, reference: Int) throws(Failure) -> Int {
        let guess = try offset(at: local)
        let instant = local - guess
        let second = try offset(at: instant)
        guard guess != second else {
            return local - (try alternative(to: guess, showing: local, reference: reference) ?? guess)
        }
        let candidate = local - second
        let isPutForward = candidate < instant ? try offset(at: candidate) != second : false
        return isPutForward ? instant : candidate
    }

    /// The other offset of a local time that clocks show twice, where it is the one in force at the reference.
    private func alternative(
        to offset: Int, showing local: Int, reference: Int
    ) throws(Failure) -> Int? {
        let instant = local - offset
        if try isDaylightSaving(at: local) {
            guard offset <= 0 else { return nil }
            let probe = instant + 7200
            let later = try self.offset(at: probe)
            let candidate = local - later
            guard later != offset else { return nil }
            if candidate < probe, try self.offset(at: candidate) != later { return nil }
            return try isDaylightSaving(at: reference) ? nil : later
        }
        guard offset >= 0 else { return nil }
        let earlier = try self.offset(at: instant - 7200)
        let candidate = local - earlier
        guard earlier != offset, candidate < instant, try self.offset(at: candidate) != offset else {
            return nil
        }
        return try isDaylightSaving(at: reference) ? earlier : nil
    }
}
