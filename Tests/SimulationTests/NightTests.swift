import Testing

@testable import Simulation

@Suite struct NightTests {
    /// The first three as in packets of the survey (file name and nid), the last counted by hand.
    @Test(arguments: [(2020, 1, 11, 1105), (2020, 2, 2, 1127), (2023, 10, 12, 2475), (2024, 2, 29, 2615)])
    func datesHaveTheSurveysNumbers(year: Int, month: Int, day: Int, number: Int) throws {
        let night = try Night(year: year, month: month, day: day)
        #expect(night.number == number)
        #expect(night.date == (year, month, day))
    }

    @Test func everyNightFollowsTheOneBefore() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day) = (2017, 1, 1)
        for number in 0...Night.range.upperBound.number {
            #expect(Night(number: number).date == (year, month, day))
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test(arguments: [(2023, 2, 29), (2024, 13, 1), (2024, 4, 31), (2019, 10, 28), (2042, 4, 3), (0, 0, 0)])
    func impossibleDatesAreRefused(year: Int, month: Int, day: Int) {
        #expect(throws: SimulationError.self) { try Night(year: year, month: month, day: day) }
    }

    @Test func julianDatesHaveSevenDecimals() {
        // JD 2460229.9338542 is fraction 0.4338542 of night 2475 (2460229.5 is its midnight).
        #expect(Night(number: 2475).julianDate(fraction: 4_338_542) == 2460229.9338542)
        #expect(Night(number: 2475).text == "20231012")
    }
}
