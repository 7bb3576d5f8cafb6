import Foundation
import Synchronization

/// A process that a test has started, with its output in a file. (Foundation's `Process` leaks some bytes, which the
/// leak checker counts against the tests.)
final class ChildProcess: Sendable {
    let identifier: pid_t
    /// A folder of its own, where the process runs and its output is.
    let folder: String
    private let exitCode = Mutex<Int32?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - environment: beside the variables of the tests themselves, without those that are Skipper's.
    ///   - input: what the program reads.
    init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: String = ""
    ) throws {
        folder = NSTemporaryDirectory() + "skipper-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try input.write(toFile: folder + "/input", atomically: false, encoding: .utf8)
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SKIPPER_") }
        variables.merge(environment) { $1 }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, folder + "/input", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, folder + "/output", O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder + "/errors", O_WRONLY | O_CREAT, 0o600)
        // env(1) changes the folder, which Glibc's module has no call for, and becomes the program.
        let words = (["env", "-C", folder, program] + arguments).map { strdup($0) } + [nil]
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

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// What the program has written to its standard output so far.
    var output: String { text("output") }
    /// What the program has written to its standard error so far.
    var errors: String { text("errors") }

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
    func send(_ signal: Int32) {
        if end() == nil { kill(identifier, signal) }
    }

    /// The exit code, 128 and the signal's number where one ended it; nil while it runs.
    func end() -> Int32? {
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

    /// Waits for the end, at most a minute.
    func ended() async throws -> Int32 {
        for _ in 0..<3000 {
            if let code = end() { return code }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure(description: "process \(identifier) does not end; its errors: \(errors.suffix(2000))")
    }
}

/// Runs a Python script with PyMongo at hand and returns what it prints.
/// - Throws: with its errors where it ends with another code than 0.
func python(_ script: String, _ arguments: [String] = [], input: String = "") async throws -> String {
    let child = try ChildProcess(try TestPython.path(), ["-c", script] + arguments, input: input)
    guard try await child.ended() == 0 else {
        throw ChildProcess.Failure(description: String(child.errors.suffix(3000)))
    }
    return child.output
}

/// The Python that judges.
enum TestPython {
    static func path() throws -> String {
        guard let path = ProcessInfo.processInfo.environment["SKIPPER_TEST_PYTHON"], !path.isEmpty else {
            throw ChildProcess.Failure(
                description: "SKIPPER_TEST_PYTHON must be the path of a Python with PyMongo and penquins")
        }
        return path
    }
}
