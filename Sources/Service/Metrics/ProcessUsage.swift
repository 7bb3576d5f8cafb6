internal import Foundation

/// What a process has used of the machine, from `/proc` (proc(5)).
public struct ProcessUsage: Equatable, Sendable {
    /// Processor time, user and system together. From the clock ticks of `/proc` it is exact to 10 ms, for the own
    /// process to microseconds.
    public let processor: Duration

    /// Memory in RAM now, in bytes.
    public let residentBytes: Int

    /// The most memory in RAM ever, in bytes (`VmHWM`).
    public let peakResidentBytes: Int

    /// How many file descriptors are open; nil where another user's process does not tell.
    public let openDescriptors: Int?

    /// When it started, in seconds since 1970-01-01T00:00:00Z.
    public let startSeconds: Double

    /// The process with a number; nil when there is none.
    public static func of(process id: Int32) -> ProcessUsage? { read("/proc/\(id)") }

    /// This process; nil only where `/proc` is not mounted.
    public static func current() -> ProcessUsage? {
        var usage = rusage()
        guard let read = read("/proc/self"), getrusage(.init(RUSAGE_SELF.rawValue), &usage) == 0 else {
            return nil
        }
        let processor =
            Duration.seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        return ProcessUsage(
            processor: processor, residentBytes: read.residentBytes,
            peakResidentBytes: read.peakResidentBytes,
            openDescriptors: read.openDescriptors, startSeconds: read.startSeconds)
    }

    /// Reads the files of one process; nil when one is missing, as when the process ends meanwhile.
    private static func read(_ folder: String) -> ProcessUsage? {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard let stat = text("\(folder)/stat"), let status = text("\(folder)/status"),
            let boot = text("/proc/stat").flatMap(bootSeconds), let times = ProcessTimes(stat: stat),
            ticks > 0
        else { return nil }
        return ProcessUsage(
            processor: .seconds(Double(times.processorTicks) / ticks),
            residentBytes: kilobytes("VmRSS", in: status) * 1024,
            peakResidentBytes: kilobytes("VmHWM", in: status) * 1024,
            openDescriptors: try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/fd").count,
            startSeconds: boot + Double(times.startTicks) / ticks)
    }

    /// A file of `/proc` as text, or nil when it cannot be read.
    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The line `btime` of `/proc/stat`: when the machine started.
    static func bootSeconds(_ text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }

    /// A line like `VmHWM:     1234 kB` of `/proc/<id>/status`; 0 for a kernel thread, which has none.
    static func kilobytes(_ name: String, in status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}

/// The times in `/proc/<id>/stat`, in clock ticks.
struct ProcessTimes: Equatable {
    /// User and system time (fields 14 and 15).
    let processorTicks: Int

    /// Since the machine started (field 22).
    let startTicks: Int

    /// Takes them from the line. The second field is the command in parentheses, which may itself contain spaces and
    /// parentheses, so counting begins after the last one.
    init?(stat: String) {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace)
        // The first of these fields is number 3.
        guard fields.count > 19, let user = Int(fields[11]), let system = Int(fields[12]),
            let start = Int(fields[19])
        else { return nil }
        processorTicks = user &+ system
        startTicks = start
    }
}

extension Metrics {
    /// Adds what every Prometheus client shows of its process (prometheus.io, "Writing client libraries").
    public func observeProcess() {
        observe {
            guard let usage = ProcessUsage.current() else { return [] }
            var observations: [Observation] = [
                .counter(
                    "process_cpu_seconds_total", "Processor time, user and system.",
                    usage.processor / .seconds(1)),
                .gauge("process_resident_memory_bytes", "Memory in RAM.", Double(usage.residentBytes)),
                .gauge(
                    "process_peak_resident_memory_bytes", "The most memory in RAM.",
                    Double(usage.peakResidentBytes)),
                .gauge("process_start_time_seconds", "Start in seconds since 1970.", usage.startSeconds),
            ]
            if let count = usage.openDescriptors {
                observations.append(.gauge("process_open_fds", "Open file descriptors.", Double(count)))
            }
            return observations
        }
    }
}
