import Foundation

/// The Python whose PyMongo judges Extended JSON: the program named by SKIPPER_TEST_PYTHON.
enum PyMongo {
    /// Why there is no judgement.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The lines that `extended_json.py` prints for these arguments and input lines.
    static func lines(_ arguments: [String], input: [[UInt8]] = []) throws -> [String] {
        guard let python = ProcessInfo.processInfo.environment["SKIPPER_TEST_PYTHON"] else {
            throw Failure(
                description:
                    "SKIPPER_TEST_PYTHON must name a Python that has pymongo: it judges Extended JSON")
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("extended_json.py").path
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("extended-json-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // A leftover in the temporary folder hurts nobody.
        defer { try? FileManager.default.removeItem(at: folder) }
        let question = folder.appendingPathComponent("question")
        let answer = folder.appendingPathComponent("answer")
        try Data(input.map { hexadecimal($0) + "\n" }.joined().utf8).write(to: question)
        let status = run([python, script] + arguments, from: question.path, to: answer.path)
        guard status == 0 else {
            throw Failure(description: "\(python) \(script) \(arguments) ended with status \(status)")
        }
        return try String(contentsOf: answer, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Runs a program between two files and waits; returns its wait status, or -1 if it could not be started.
    /// (Foundation's `Process` leaks 32 bytes a time, which the address sanitizer reports.)
    private static func run(_ command: [String], from input: String, to output: String) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let arguments = command.map { strdup($0) }
        defer { arguments.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawn(&child, command[0], &actions, nil, arguments + [nil], environ) == 0 else {
            return -1
        }
        var status: Int32 = -1
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
