import Archive
import Service
import Sky
import Testing

@testable import Broker

@Suite struct TopicScheduleTests {
    private func time(_ year: Int, _ month: Int, _ day: Int, milliseconds: Int64 = 0) throws -> UTCTime {
        let midnight = try #require(UTCTime(year: year, month: month, day: day))
        return UTCTime(milliseconds: midnight.milliseconds + milliseconds)
    }

    private func names(_ dates: String...) -> [String] {
        dates.flatMap { date in (1...3).map { "ztf_\(date)_programid\($0)" } }
    }

    @Test func datesAreThoseOfTheUTCDay() throws {
        let schedule = TopicSchedule.dated(.ztf, days: 2)
        let day = UTCTime.millisecondsPerDay
        #expect(try schedule.topics(at: time(2026, 3, 1)) == names("20260301", "20260228"))
        #expect(try schedule.topics(at: time(2026, 3, 1, milliseconds: -1)) == names("20260228", "20260227"))
        #expect(
            schedule.topics(at: try time(2026, 3, 1, milliseconds: day - 1)) == names("20260301", "20260228"))
        #expect(try schedule.topics(at: time(2028, 3, 1)) == names("20280301", "20280229"))
        #expect(try schedule.topics(at: time(2027, 1, 1)) == names("20270101", "20261231"))
    }

    @Test func asManyDaysAsAreAskedFor() throws {
        let now = try time(2026, 3, 1)
        #expect(TopicSchedule.dated(.ztf, days: 1).topics(at: now) == names("20260301"))
        #expect(
            TopicSchedule.dated(.ztf, days: 3).topics(at: now) == names("20260301", "20260228", "20260227"))
    }

    @Test func fixedTopicsDoNotChange() throws {
        let schedule = TopicSchedule.fixed(["a", "^b.*"])
        #expect(try schedule.topics(at: time(2026, 3, 1)) == ["a", "^b.*"])
        #expect(try schedule.topics(at: time(2027, 3, 1)) == ["a", "^b.*"])
    }

    @Test func settingsChooseBetweenDatedAndFixedTopics() throws {
        func topics(_ environment: [String: String]) throws -> [String] {
            try BrokerSettings.schedule(
                Configuration.load(environment: environment, declared: BrokerSettings.all), .ztf
            ).topics(at: time(2026, 3, 1))
        }
        #expect(try topics([:]) == names("20260301", "20260228"))
        #expect(try topics(["SKIPPER_KAFKA__TOPIC_DAYS": "1"]) == names("20260301"))
        #expect(try topics(["SKIPPER_KAFKA__TOPICS": "a, b"]) == ["a", "b"])
    }
}
