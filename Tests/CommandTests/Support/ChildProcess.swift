import Foundation

/// A program of this package as a process of its own.
///
/// Not Foundation's Process, which leaks 32 bytes a run and would fail the leak gate.
struct ChildProcess: Sendable {
    /// How it ended and what it said.
    struct Ending: Sendable {
        /// The exit code; 128 and the signal's number where a signal ended it.
        let code: Int32
        let output: String
        let errors: String

        /// What it said, line by line.
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    struct NotStarted: Error, CustomStringConvertible {
        let program: String
        let code: Int32
        var description: String { "start \(program): \(String(cString: strerror(code)))" }
    }

    let pid: pid_t
    private let outputFile: String
    private let errorFile: String

    /// Starts a program that lies beside the one that runs the tests.
    ///
    /// - Parameters:
    ///   - folder: its working directory, where its output goes.
    ///   - settings: added to an environment of which nothing begins with SKIPPER_.
    init(_ program: String, _ arguments: [String], in folder: String, _ settings: [String: String]) throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(program)
            .path
        let name = "\(folder)/\(UUID().uuidString)"
        (outputFile, errorFile) = (name + ".out", name + ".err")
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SKIPPER_") }
        // Else libmongoc warns on standard error where a process of this pid that was killed has left its counters.
        environment["MONGOC_DISABLE_SHM"] = "1"
        environment.merge(settings) { $1 }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT, 0o600)
        // The shell changes into the folder and becomes the program, under the same pid.
        let shell = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, path]
        let words = (shell + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, shell[0], &actions, nil, words, variables)
        guard code == 0 else { throw NotStarted(program: path, code: code) }
        self.pid = pid
    }

    /// What it has written to standard error so far.
    var errors: String { text(errorFile) }

    /// Asks it to stop, or whatever the signal says.
    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end, for two minutes at most; then it is ended, which is a code of 137.
    func ending() async throws -> Ending {
        let deadline = ContinuousClock.now + .seconds(120)
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            if ContinuousClock.now > deadline { signal(SIGKILL) }
            try await Task.sleep(for: .milliseconds(10))
        }
        // WIFEXITED and WEXITSTATUS are macros that are not imported.
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        return Ending(code: code, output: text(outputFile), errors: text(errorFile))
    }

    /// A file's text. Not by Foundation, which leaks its buffer where a file is empty.
    private func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = fread(buffer.baseAddress, 1, buffer.count, file)
            }
            if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece
        }
    }
}
