import Foundation
import TestSupport
import Testing

@testable import Sky

@Suite struct TimeTests {
    // Meeus, Astronomical Algorithms, chapter 7, and the definitions of J2000, of unix time and of MJD 0.
    @Test(arguments: [
        (2000, 1, 1, 2451544.5), (1999, 1, 1, 2451179.5), (1987, 1, 27, 2446822.5), (1988, 1, 27, 2447187.5),
        (1900, 1, 1, 2415020.5), (1600, 1, 1, 2305447.5), (1600, 12, 31, 2305812.5), (1970, 1, 1, 2440587.5),
        (1858, 11, 17, 2400000.5),
    ])
    func julianDateOfCalendarDay(year: Int, month: Int, day: Int, expected: Double) throws {
        let time = try #require(UTCTime(year: year, month: month, day: day))
        #expect(JulianDate(time).days == expected)
        let back = try #require(JulianDate(days: expected).time)
        #expect(back == time)
        #expect(back.calendar == (year, month, day))
    }

    @Test func knownInstantsAgree() throws {
        let j2000 = try UTCTime(iso8601: "2000-01-01T12:00:00Z")
        #expect(JulianDate(j2000).days == 2451545.0)
        #expect(JulianDate(j2000).modified == 51544.5)
        #expect(JulianDate(modified: 51544.5).days == 2451545.0)
        // Launch of Sputnik 1, 1957 October 4.81 (Meeus, example 7.a).
        let sputnik = try #require(JulianDate(days: 2436116.31).time)
        #expect(sputnik.iso8601 == "1957-10-04T19:26:24.000Z")
    }

    @Test func calendarAgreesWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var generator = SplitMix(state: 6)
        // From 1600, where Foundation's calendar is Gregorian, to 2500.
        for _ in 0..<5_000 {
            let milliseconds = Int64.random(in: -11_676_096_000_000..<16_725_225_600_000, using: &generator)
            let time = UTCTime(milliseconds: milliseconds)
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            #expect(time.calendar == (parts.year, parts.month, parts.day))
            #expect(try UTCTime(iso8601: time.iso8601) == time)
            #expect(try abs(#require(formatter.date(from: time.iso8601)).timeIntervalSince(date)) < 0.0006)
            #expect(abs(try #require(JulianDate(time).time).milliseconds - milliseconds) <= 1)
        }
    }

    @Test func everyDayOf800YearsFollowsTheOneBefore() throws {
        var time = try #require(UTCTime(year: 1582, month: 10, day: 15))
        var previous = time.calendar
        for _ in 0..<(146_097 * 2) {
            time = time.nextMidnight
            let date = time.calendar
            let isNextDay = date.day == previous.day + 1 && date.month == previous.month
            let isFirst = date.day == 1 && previous.day >= 28
            #expect(isNextDay || isFirst)
            #expect(UTCTime(year: date.year, month: date.month, day: date.day) == time)
            previous = date
        }
        // Two Gregorian cycles of 400 years later.
        #expect(previous == (2382, 10, 15))
    }

    @Test func surveyDayAndNextMidnight() throws {
        let evening = try UTCTime(iso8601: "2026-02-28T23:59:59.999Z")
        #expect(evening.compactDate == "20260228")
        #expect(evening.nextMidnight.iso8601 == "2026-03-01T00:00:00.000Z")
        #expect(evening.nextMidnight.nextMidnight.compactDate == "20260302")
        #expect(UTCTime(milliseconds: -1).compactDate == "19691231")
        #expect(UTCTime(milliseconds: -1).nextMidnight.milliseconds == 0)
        #expect(UTCTime(seconds: 1_767_225_600.0004)?.compactDate == "20260101")
    }

    @Test(arguments: [
        ("2026-01-31", 1_769_817_600_000), ("2026-01-31T00:00", 1_769_817_600_000),
        ("2026-01-31 00:00:01", 1_769_817_601_000), ("2026-01-31T00:00:00.1239Z", 1_769_817_600_123),
        ("2026-01-31T01:30:00+01:30", 1_769_817_600_000), ("2026-01-30T17:00:00.000-0700", 1_769_817_600_000),
        // The leap second before 2017-01-01.
        ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("1969-12-31T23:59:59.5Z", -500),
    ])
    func formsOfISO8601AreRead(text: String, milliseconds: Int64) throws {
        #expect(try UTCTime(iso8601: text).milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-1-31", "2026-02-30", "2026-13-01", "2026-00-01", "2026-01-00", "2025-02-29",
        "1900-02-29",
        "2026-01-31T", "2026-01-31T24:00", "2026-01-31T00:60", "2026-01-31T00:00:61", "2026-01-31T00:00:00.",
        "2026-01-31T00:00:00X", "2026-01-31T00:00:00ZZ", "2026-01-31T00:00:00+1", "x2026-01-31", "２026-01-31",
        "2026-01-31T00:00:00." + String(repeating: "0", count: 60),
    ])
    func otherTextIsNoInstant(text: String) {
        #expect(#expect(throws: SkyError.self) { try UTCTime(iso8601: text) }?.field == "time")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 1e10])
    func absurdNumbersAreNoInstant(number: Double) {
        #expect(JulianDate(days: number).time == nil)
        #expect(abs(number) < 1e11 || UTCTime(seconds: number) == nil)
    }

    @Test func endsOfTheRangeDoNotTrap() {
        for time in [UTCTime(milliseconds: .min), UTCTime(milliseconds: .max)] {
            #expect(time.iso8601.hasSuffix("Z"))
            #expect(time.nextMidnight > time || time.milliseconds == .max)
            #expect(!time.compactDate.isEmpty)
        }
        #expect(UTCTime(year: 10_000, month: 1, day: 1) == nil)
        #expect(UTCTime(year: .min, month: .max, day: 1) == nil)
    }
}
