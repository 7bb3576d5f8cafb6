import Foundation
import Synchronization
import Testing

@testable import Service

/// Lines that a test's log was given.
final class LogLines: Sendable {
    private let lines = Mutex<[LogLine]>([])

    var all: [LogLine] { lines.withLock { $0 } }

    /// A log whose clock stands at 2026-01-31T23:59:59.123Z.
    func log(level: LogLevel = .trace) -> Log {
        Log(label: "test", level: level, now: { 1_769_903_999_123 }) { line in
            self.lines.withLock { $0.append(line) }
        }
    }
}

@Suite struct LogTests {
    @Test func lineIsOneJSONObject() throws {
        let lines = LogLines()
        lines.log().with(["kafka.topic": "a", "kafka.group": "g"]).warning(
            "batch is held",
            [
                "kafka.topic": "ztf", "kafka.offset": 42, "kafka.lag": 0.5, "kafka.last": true,
                "x.list": [1, "b"],
            ])
        #expect(
            lines.all.map(\.json) == [
                #"{"time":"2026-01-31T23:59:59.123Z","level":"warning","label":"test","message":"batch is held","#
                    + #""kafka.group":"g","kafka.lag":0.5,"kafka.last":true,"kafka.offset":42,"kafka.topic":"ztf","#
                    + #""x.list":[1,"b"]}"#
            ])
    }

    @Test func lineOfTextIsForPeople() {
        let lines = LogLines()
        lines.log().error(
            "cannot store", ["error": "no\nhost \u{1B}[31m", "count": 2, "empty": "", "a b": "c"])
        #expect(
            lines.all.map(\.text) == [
                #"2026-01-31T23:59:59.123Z error cannot store "a b"=c count=2 empty="" error="no\nhost \u001b[31m""#
            ])
    }

    @Test func levelsBelowAreNotEvenComputed() {
        let lines = LogLines()
        let log = lines.log(level: .info)
        let computed = Mutex(0)
        /// Metadata that counts how often it is made.
        func metadata() -> [String: LogValue] {
            computed.withLock { $0 += 1 }
            return [:]
        }
        log.trace("no", metadata())
        log.debug("no", metadata())
        log.info("yes", metadata())
        log.warning("yes", metadata())
        log.error("yes", metadata())
        log.log(.debug, "no", metadata())
        #expect(lines.all.map(\.level) == [.info, .warning, .error])
        #expect(computed.withLock { $0 } == 3)
        #expect(LogLevel.allCases == LogLevel.allCases.sorted())
        #expect(Set(LogLevel.allCases).count == 5 && LogLevel.trace < .debug)
    }

    @Test func everyTextSurvivesAJSONParser() throws {
        var texts = (0...0x2100).compactMap { Unicode.Scalar($0) }.map { "a\($0)b" }
        texts += ["\u{10FFFF}", "\r\n", "\\\"", "😀", "e\u{301}", ""]
        for text in texts {
            let lines = LogLines()
            lines.log().info("m", ["k.\(text)": .string(text), "time": .string(text)])
            let json = try #require(lines.all.first).json
            let isOneLine = json.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
            }
            #expect(isOneLine)
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
            // By scalars: as strings, canonically equivalent texts would be equal.
            #expect(object?["k.\(text)"].map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
            #expect(object?["metadata.time"] != nil)
            #expect(object?["time"] == "2026-01-31T23:59:59.123Z")
        }
    }

    @Test func bytesThatAreNoTextAreReplaced() {
        #expect(LogValue(bytes: [0x61, 0xFF, 0xC3]).json == "\"a\u{FFFD}\u{FFFD}\"")
    }

    @Test func numbersWithoutAJSONFormAreText() throws {
        #expect(LogValue.double(.nan).json == "\"nan\"")
        #expect(LogValue.double(-.infinity).json == "\"-inf\"")
        #expect(LogValue(UInt64.max) == .string("18446744073709551615"))
        #expect(LogValue(Int64.min).json == "-9223372036854775808")
        #expect(LogValue(Duration.milliseconds(1500)) == .double(1.5))
    }

    @Test func secretsPrintAsStars() {
        let secret = Secret("hunter2")
        let lines = LogLines()
        lines.log().info(
            "login",
            ["a": "\(secret)", "b": LogValue(describing: secret), "c": LogValue(describing: [secret])])
        #expect(lines.all.first?.json.contains("hunter2") == false)
        #expect(lines.all.first?.metadata["a"] == "***")
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_007, "2000-02-29T00:00:00.007Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (Int64.max, "292278994-08-17T07:12:55.807Z"),
    ])
    func timeIsISO8601(milliseconds: Int64, text: String) {
        let line = LogLine(milliseconds: milliseconds, level: .info, label: "", message: "", metadata: [:])
        #expect(line.time == text)
    }

    @Test func clockIsTheSystems() {
        #expect(abs(Double(Log.milliseconds()) / 1000 - Date().timeIntervalSince1970) < 60)
    }

    @Test func linesOfManyThreadsDoNotMix() async throws {
        // A pipe takes 64 KiB, and without the lock the kernel may split lines longer than PIPE_BUF (4,096).
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        let writer = LineWriter(descriptor: writing)
        let writers = DispatchGroup()
        for letter in "abcd" {
            writers.enter()
            Thread.detachNewThread {
                for _ in 0..<20 { _ = writer.write(String(repeating: letter, count: 10_000) + "\n") }
                writers.leave()
            }
        }
        writers.notify(queue: .global()) { close(writing) }
        let bytes = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: allBytes(of: reading)) }
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 80)
        #expect(lines.allSatisfy { $0.count == 10_000 && Set($0).count == 1 })
        #expect(!LineWriter(descriptor: -1).write("x"))
    }
}

/// All bytes of a descriptor until its end; closes it.
private func allBytes(of descriptor: Int32) -> [UInt8] {
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return bytes }
        bytes += chunk[..<count]
    }
}
