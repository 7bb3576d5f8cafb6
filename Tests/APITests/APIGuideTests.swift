import Documents
import Foundation
import Testing

/// `docs/api.md`, whose lines for the shell are run as they stand.
enum APIGuide {
    /// A part of the guide under one heading.
    struct Section: Sendable, CustomTestStringConvertible {
        let heading: String
        /// The commands with the statuses that they must be answered with.
        let commands: [(line: String, status: String)]
        var testDescription: String { heading }
    }

    static func text() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/api.md")
        return try String(contentsOf: root, encoding: .utf8)
    }

    /// The sections that have commands; empty where the guide cannot be read, which a test finds.
    static let sections: [Section] = {
        guard let text = try? text() else { return [] }
        return text.components(separatedBy: "\n## ").dropFirst().compactMap { part in
            let lines = part.split(separator: "\n").map(String.init)
            let commands = lines.filter { $0.hasPrefix("curl ") }.map { line in
                let status = line.wholeMatch(of: /.* # ([0-9]{3})/).map { String($0.1) }
                return (line, status ?? "200")
            }
            return commands.isEmpty ? nil : Section(heading: lines.first ?? "", commands: commands)
        }
    }()
}

/// The guide to the API, on samples of its own because its lines change them.
@Suite(.alertSamples) struct APIGuideTests {
    /// Each section by itself, its lines in order, by curl itself.
    @Test(arguments: APIGuide.sections)
    func everyLineIsAnsweredAsItSays(section: APIGuide.Section) async throws {
        let api = try RunningAPI.current
        // What is written is thrown away, and the status told instead.
        let script = """
            curl() { command curl "$@" --noproxy '*' --max-time 60 -o answer -w '%{http_code}'; }
            \(section.commands.map { "\($0.line)\necho \"\t$(head -c 300 answer | tr '\\n\\t' '  ')\"" }.joined(separator: "\n"))
            """
        let shell = try ChildProcess(
            "bash", ["-c", script],
            environment: [
                "URL": "http://127.0.0.1:\(api.port)", "TOKEN": try RunningAPI.token("admin"),
                "PASSWORD": RunningAPI.adminPassword,
            ])
        #expect(try await shell.ended() == 0, "\(shell.errors)")
        let answers = shell.output.split(separator: "\n")
        try #require(answers.count == section.commands.count, "\(shell.output) \(shell.errors)")
        for ((line, status), answer) in zip(section.commands, answers) {
            let parts = answer.split(separator: "\t", maxSplits: 1)
            #expect(parts.first.map(String.init) == status, "\(line)\n\(answer)")
        }
    }

    @Test func everyRouteIsInIt() async throws {
        let text = try APIGuide.text()
        #expect(APIGuide.sections.count > 5)
        let document = try #require(
            try await RunningAPI.current.send("GET", "/docs/api/openapi.json").body)
        for path in document.document(at: "paths")?.elements ?? Document().elements {
            for method in path.view?.elements.map(\.key) ?? [] where method != "head" {
                let name = "\(method.uppercased()) \(path.key)"
                // Routes with the same words for all methods name their path alone.
                let isNamed = text.contains("`\(name)`") || text.contains("`\(path.key)`")
                #expect(isNamed, "docs/api.md does not name \(name)")
            }
        }
    }
}
