import Foundation
import Synchronization
import Testing

@testable import Service

@Suite struct MetricsTests {
    @Test func countersAndGaugesAreShownInTheTextFormat() {
        let metrics = Metrics()
        let received = metrics.counter(
            "ingest_received_alerts_total", "Alerts received.", labels: ["topic", "partition"])
        received.add(500, for: "ztf", "1")
        received.add(2, for: "ztf", "1")
        received.add(0.5, for: "ztf", "0")
        received.add(-7, for: "ztf", "0")
        let lag = metrics.gauge("ingest_lag_messages", "Messages\nwaiting \\ \"now\".")
        lag.set(10)
        lag.add(-12)
        metrics.counter("ingest_batches_total", "Batches.").add()
        // Grammar: https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4.
        #expect(
            metrics.prometheusText() == #"""
                # HELP ingest_batches_total Batches.
                # TYPE ingest_batches_total counter
                ingest_batches_total 1
                # HELP ingest_lag_messages Messages\nwaiting \\ "now".
                # TYPE ingest_lag_messages gauge
                ingest_lag_messages -2
                # HELP ingest_received_alerts_total Alerts received.
                # TYPE ingest_received_alerts_total counter
                ingest_received_alerts_total{topic="ztf",partition="0"} 0.5
                ingest_received_alerts_total{topic="ztf",partition="1"} 502

                """#)
    }

    @Test func labelValuesAreEscaped() {
        let metrics = Metrics()
        metrics.counter("a_total", "", labels: ["x"]).add(for: "a\"b\\c\nd é\u{0}")
        #expect(metrics.prometheusText().hasSuffix("a_total{x=\"a\\\"b\\\\c\\nd é\u{0}\"} 1\n"))
    }

    @Test(arguments: [
        (Double.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e14, "100000000000000"),
        (1e20, "1e+20"),
        (0.1, "0.1"), (-0.0, "0"),
    ])
    func numbersAreThoseOfPrometheus(value: Double, text: String) {
        let metrics = Metrics()
        metrics.gauge("a_b", "").set(value)
        #expect(metrics.prometheusText().hasSuffix("a_b \(text)\n"))
    }

    @Test func histogramCountsTimesUpToEachBound() throws {
        let metrics = Metrics()
        let times = metrics.histogram("ingest_step_seconds", "Time of a step.", labels: ["step"])
        times.record(.milliseconds(5), count: 500, for: "decode")
        times.record(.milliseconds(6), for: "decode")
        times.record(.seconds(1000), for: "decode")
        times.record(.seconds(-1), for: "decode")
        times.record(.seconds(1), count: 0, for: "decode")
        let lines = metrics.prometheusText().split(separator: "\n").map { String($0) }
        let buckets = lines.filter { $0.hasPrefix("ingest_step_seconds_bucket") }
        #expect(buckets.contains(#"ingest_step_seconds_bucket{step="decode",le="0.0025"} 1"#))
        #expect(buckets.contains(#"ingest_step_seconds_bucket{step="decode",le="0.005"} 501"#))
        #expect(buckets.contains(#"ingest_step_seconds_bucket{step="decode",le="0.01"} 502"#))
        #expect(buckets.contains(#"ingest_step_seconds_bucket{step="decode",le="300"} 502"#))
        #expect(buckets.last == #"ingest_step_seconds_bucket{step="decode",le="+Inf"} 503"#)
        #expect(lines.last == #"ingest_step_seconds_count{step="decode"} 503"#)
        let sum = try #require(lines.dropLast().last)
        #expect(sum.hasPrefix(#"ingest_step_seconds_sum{step="decode"} "#))
        let value = try #require(sum.split(separator: " ").last.flatMap { Double($0) })
        #expect(abs(value - (500 * 0.005 + 0.006 + 1000)) < 1e-9)
    }

    @Test func changesFromManyTasksAreAllCounted() async {
        let metrics = Metrics()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let counter = metrics.counter("a_total", "", labels: ["x"])
                    for index in 0..<2_500 { counter.add(for: "\(index % 3)") }
                }
            }
        }
        let values = metrics.prometheusText().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            values.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +) == 10_000)
    }

    @Test func labelsFromOutsideCannotFillTheMemory() {
        let metrics = Metrics()
        let counter = metrics.counter("a_total", "", labels: ["x"])
        for index in 0..<3_000 { counter.add(for: "\(index)") }
        counter.add(for: "0")
        let lines = metrics.prometheusText().split(separator: "\n")
        #expect(lines.count == 2 + 1_001)
        #expect(lines.contains(#"a_total{x="(other)"} 2000"#))
        #expect(lines.contains(#"a_total{x="0"} 2"#))
    }

    @Test func gaugesOfLostPartitionsAreForgotten() {
        let metrics = Metrics()
        let lag = metrics.gauge("a_lag", "", labels: ["partition"])
        lag.set(3, for: "0")
        lag.removeAll()
        #expect(metrics.prometheusText() == "# HELP a_lag \n# TYPE a_lag gauge\n")
    }

    @Test func observedValuesAreReadEachTime() {
        let metrics = Metrics()
        let box = Box()
        metrics.observe { [weak metrics] in
            // Making a metric here must not wait for the lock of the one who asks.
            _ = metrics?.gauge("b_c", "")
            return [.gauge("a_b", "Observed.", box.next()), .counter("a_c_total", "Counted.", 7)]
        }
        #expect(metrics.prometheusText().contains("a_b 1\n"))
        #expect(metrics.prometheusText().contains("a_b 2\n"))
        #expect(metrics.prometheusText().contains("# TYPE a_c_total counter\na_c_total 7\n"))
    }

    @Test func wrongNamesTrap() async {
        await #expect(processExitsWith: .failure) { _ = Metrics().gauge("1a", "") }
        await #expect(processExitsWith: .failure) { _ = Metrics().gauge("a-b", "") }
        await #expect(processExitsWith: .failure) { _ = Metrics().gauge("a_total", "") }
        await #expect(processExitsWith: .failure) { _ = Metrics().counter("a", "") }
        await #expect(processExitsWith: .failure) { _ = Metrics().gauge("a", "", labels: ["le"]) }
        await #expect(processExitsWith: .failure) { _ = Metrics().gauge("a", "", labels: ["é"]) }
        await #expect(processExitsWith: .failure) { _ = Metrics().gauge("a", "", labels: ["b", "b"]) }
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            _ = metrics.gauge("a", "")
            _ = metrics.gauge("a", "", labels: ["b"])
        }
    }
}

/// A number that grows each time it is asked for.
private final class Box: Sendable {
    private let value = Mutex(0.0)

    func next() -> Double {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

@Suite struct ProcessUsageTests {
    @Test func ownUsageIsPlausible() throws {
        let before = try #require(ProcessUsage.current())
        // 64 MiB that are really touched.
        let bytes = [UInt8](repeating: 1, count: 64 << 20)
        var sum = 0
        for index in stride(from: 0, to: bytes.count, by: 16) { sum &+= Int(bytes[index]) }
        let after = try #require(ProcessUsage.current())
        #expect(sum == 4 << 20)
        #expect(after.peakResidentBytes >= before.residentBytes + 60 << 20)
        #expect(after.peakResidentBytes >= after.residentBytes)
        #expect(after.processor > before.processor)
        #expect(after.startSeconds == before.startSeconds)
        #expect(after.startSeconds <= Date().timeIntervalSince1970 + 1)
        #expect(after.startSeconds > Date().timeIntervalSince1970 - 86_400)
        #expect(try #require(after.openDescriptors) >= 3)
    }

    @Test func otherProcessesAreReadByNumber() throws {
        let own = try #require(ProcessUsage.of(process: getpid()))
        let current = try #require(ProcessUsage.current())
        #expect(own.startSeconds == current.startSeconds)
        #expect(abs((own.processor - current.processor) / .seconds(1)) < 1)
        #expect(ProcessUsage.of(process: -1) == nil)
    }

    @Test func commandsWithParenthesesAreRead() {
        let times = ProcessTimes(
            stat: "42 (a) S 1 (b c)) R 1 2 3 4 5 6 7 8 9 10 100 20 13 14 15 16 17 18 777 20 21")
        #expect(times?.processorTicks == 120)
        #expect(times?.startTicks == 777)
        #expect(ProcessTimes(stat: "42 (a) R 1") == nil)
        #expect(ProcessTimes(stat: "") == nil)
        #expect(ProcessUsage.kilobytes("VmHWM", in: "VmPeak:\t 9 kB\nVmHWM:\t  1234 kB\n") == 1234)
        #expect(ProcessUsage.kilobytes("VmRSS", in: "Name:\tx\n") == 0)
        #expect(ProcessUsage.bootSeconds("cpu 1 2\nbtime 1700000000\n") == 1_700_000_000)
    }

    @Test func processMetricsAreShown() {
        let metrics = Metrics()
        metrics.observeProcess()
        let text = metrics.prometheusText()
        for name in [
            "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
            "process_start_time_seconds",
            "process_peak_resident_memory_bytes",
        ] {
            #expect(text.contains("\n\(name) ") && text.contains("# TYPE \(name) "), "\(name)")
        }
    }
}
