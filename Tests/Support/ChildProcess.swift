public import Foundation
import Synchronization

/// A process that a test has started, with its output in files of a folder of its own.
///
/// Not Foundation's `Process`, which leaks 32 bytes a run and would fail the leak check.
public final class ChildProcess: Sendable {
    /// How a process ended and what it said.
    public struct Ending: Sendable {
        /// The exit code; 128 and the signal's number where a signal ended it.
        public let code: Int32
        /// What it wrote to standard output.
        public let output: String
        /// What it wrote to standard error.
        public let errors: String

        /// What it wrote to standard output, line by line.
        public var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// What went wrong with a process.
    public struct Failure: Error, CustomStringConvertible {
        /// What.
        public let description: String

        /// A failure of these words.
        public init(description: String) { self.description = description }
    }

    /// The number of the process.
    public let identifier: pid_t
    /// Where its output is.
    private let folder: String
    private let exitCode = Mutex<Int32?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: a path, or a name that is looked for in PATH.
    ///   - working: its working directory; nil for one of its own.
    ///   - environment: beside the variables of the tests themselves, without those that are Skipper's.
    ///   - input: what the program reads.
    public init(
        _ program: String, _ arguments: [String] = [], in working: String? = nil,
        environment: [String: String] = [:], input: String = ""
    ) throws {
        folder = NSTemporaryDirectory() + "skipper-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try input.write(toFile: folder + "/input", atomically: false, encoding: .utf8)
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SKIPPER_") }
        // Else libmongoc warns on standard error where a process of this number that was killed has left its counters.
        variables["MONGOC_DISABLE_SHM"] = "1"
        variables.merge(environment) { $1 }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, folder + "/input", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, folder + "/output", O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder + "/errors", O_WRONLY | O_CREAT, 0o600)
        // env(1) changes the folder, which Glibc's module has no call for, and becomes the program.
        let words = (["env", "-C", working ?? folder, program] + arguments).map { strdup($0) } + [nil]
        let pairs = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + pairs { free(text) } }
        var started = pid_t()
        let code = posix_spawn(&started, "/usr/bin/env", &actions, nil, words, pairs)
        guard code == 0 else { throw Failure(description: "cannot start \(program): code \(code)") }
        identifier = started
    }

    deinit {
        if end() == nil {
            kill(identifier, SIGKILL)
            waitpid(identifier, nil, 0)
        }
        // What is left of it in the temporary folder is no fault of a test.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Where a program of this package is: beside the tests.
    public static func path(of program: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(program).path
    }

    /// What the program has written to its standard output so far.
    public var output: String { text("output") }
    /// What the program has written to its standard error so far.
    public var errors: String { text("errors") }

    /// Read by the C library: Foundation leaks a buffer for each empty file.
    private func text(_ file: String) -> String {
        guard let stream = fopen("\(folder)/\(file)", "r") else { return "" }
        defer { fclose(stream) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&part, 1, part.count, stream), count > 0 {
            text.append(contentsOf: part[..<count])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Sends a signal, unless the process has ended: its number may be another's then.
    public func send(_ signal: Int32) {
        if end() == nil { kill(identifier, signal) }
    }

    /// The exit code, 128 and the signal's number where one ended it; nil while it runs.
    public func end() -> Int32? {
        exitCode.withLock { known in
            if known == nil {
                var status: Int32 = 0
                if waitpid(identifier, &status, WNOHANG) == identifier {
                    known = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
                }
            }
            return known
        }
    }

    /// Waits for the end, at most so long; then it is killed, which is a code of 137.
    public func ending(within time: Duration = .seconds(900)) async throws -> Ending {
        let deadline = ContinuousClock.now + time
        while true {
            if let code = end() { return Ending(code: code, output: output, errors: errors) }
            if ContinuousClock.now > deadline { send(SIGKILL) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits for the end; the exit code.
    public func ended() async throws -> Int32 { try await ending().code }
}

/// Runs a Python script with the packages of the tests at hand and returns what it prints.
/// - Throws: with its errors where it ends with another code than 0.
public func python(
    _ script: String, _ arguments: [String] = [], input: String = ""
) async throws -> String {
    let ending = try await ChildProcess(
        try TestEnvironment.python, ["-c", script] + arguments, input: input
    ).ending()
    guard ending.code == 0 else {
        throw ChildProcess.Failure(description: String(ending.errors.suffix(3000)))
    }
    return ending.output
}
