import Foundation
import Testing

/// Command lines that mean nothing: the code is 2, and a message says what was expected.
@Suite struct UsageTests {
    /// Runs a program without any server.
    private func run(_ program: String, _ arguments: [String], _ settings: [String: String] = [:])
        async throws
        -> ChildProcess.Ending
    {
        let folder = NSTemporaryDirectory() + "test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let away = [
            "SKIPPER_DATABASE__URI": "mongodb://127.0.0.1:1/",
            "SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "0.1",
            "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
        ]
        return try await ChildProcess(
            try ChildProcess.path(of: program), arguments, in: folder,
            environment: away.merging(settings) { $1 }
        ).ending()
    }

    @Test(arguments: [
        (["nothing"], "unknown command 'nothing'"),
        (["simulate"], "give either --out or --topic"),
        (["simulate", "--out", "a", "--topic", "b"], "give either --out or --topic"),
        (["simulate", "--out"], "--out needs a value"),
        (
            ["simulate", "--out", "a", "--alerts", "0"],
            "--alerts must be a whole number of at least 1, not '0'"
        ),
        (["simulate", "--out", "a", "--seed", "x"], "--seed must be a whole number of at least 0, not 'x'"),
        (["simulate", "--out", "a", "--date", "2026"], "--date must be YYYYMMDD, not '2026'"),
        (["simulate", "--out", "a", "more"], "unknown word 'more'"),
        (["simulate", "--bogus"], "unknown option --bogus"),
        (["produce", "x"], "--topic is missing"),
        (["produce", "--topic", "x"], "give files or folders"),
        (["produce", "--topic", "x", "nowhere"], "there is no file 'nowhere'"),
        (["inspect"], "give files or folders"),
        (["inspect", "nowhere"], "there is no file 'nowhere'"),
        (["inspect", "."], "there is no .avro file in ."),
        (["inspect", "--stamps=yes", "."], "unknown option --stamps"),
        (["user"], "add, change, list, logout, passwd or remove"),
        (["user", "nothing"], "unknown verb 'nothing'; add, change, list, logout, passwd or remove"),
        (["user", "add"], "give one user name"), (["user", "add", "a", "b"], "give one user name"),
        (["user", "add", ""], "give one user name"),
        (["user", "add", "a", "--password", "short"], "a password has at least 8 characters"),
        (
            ["user", "add", "a", "--programs", "1,x"],
            "--programs must be numbers with commas between, not '1,x'"
        ),
        (
            ["user", "add", "a", "--programs", "1,-2"],
            "permissions.1 must be an integer from 0 to 2147483647"
        ),
        (["user", "add", "a", "--role", "root"], "role must be 'admin' or 'user'"),
        (
            ["user", "add", "a/b"],
            "username must be printable, without '/' and without spaces at its ends"
        ),
        (["user", "change", "a"], "give --name, --email, --programs, --groups or --role"),
        (["user", "change"], "give one user name"), (["user", "logout"], "give one user name"),
        (
            ["user", "passwd", "a", "--password", String(repeating: "p", count: 512)],
            "a password has at most 511 bytes"
        ),
        (["user", "list", "a"], "unknown word 'a'"), (["user", "list", "--admin"], "unknown option --admin"),
        (["user", "remove"], "give one user name"),
        (["user", "passwd", "a", "--email", "b"], "unknown option --email"),
        (["filter"], "list, show, explain, test, diff, backfill, hits, stats or operators"),
        (
            ["filter", "nothing"],
            "unknown verb 'nothing'; list, show, explain, test, diff, backfill, hits, stats or operators"
        ),
        (["filter", "list", "a"], "unknown word 'a'"), (["filter", "show"], "give one filter's number"),
        (["filter", "show", "x"], "a filter's number is a number, not 'x'"),
        (["filter", "explain", "7"], "give --candid or --object"),
        (["filter", "diff", "7", "a"], "give a filter's number and two of its versions"),
        (["filter", "diff", "7", "a", "b"], "give --night, or --from and --to"),
        (["filter", "backfill", "7"], "give --from and --to, --job, --list or --cancel"),
        (
            ["filter", "hits", "7", "--limit", "0"],
            "--limit must be a whole number of at least 1, not '0'"
        ),
        (["filter", "stats", "7", "--fid", "a"], "unknown option --fid"),
        (["catalog"], "load, index, list, info, verify, drop or presets"),
        (["catalog", "nothing"], "unknown verb 'nothing'; load, index, list, info, verify, drop or presets"),
        (["catalog", "load", "C"], "give a catalogue's name and its files"),
        (
            ["catalog", "load", "a/b", "f.csv"],
            "'a/b' cannot be a catalogue's name: letters, digits, _, - and ., at most 120"
        ),
        (["catalog", "load", "users", "f.csv"], "'users' is a collection with another use"),
        (["catalog", "load", "C.loading", "f.csv"], "'C.loading' is a collection with another use"),
        (["catalog", "load", "C", "f"], "give --format csv, fits or ndjson, or --preset"),
        (
            ["catalog", "load", "C", "f", "--format", "xml"],
            "--format must be csv, fits or ndjson, not 'xml'"
        ),
        (
            ["catalog", "load", "C", "f.parquet"],
            "Parquet is not read: Debian has no C library for it. Make CSV of it: "
                + "duckdb -c \"COPY 'FILE.parquet' TO 'FILE.csv.gz' (HEADER)\""
        ),
        (
            ["catalog", "load", "C", "f.csv", "--type", "a"],
            "--type must be NAME=VALUE with commas between, not 'a'"
        ),
        (
            ["catalog", "load", "C", "f.csv", "--type", "a=x"],
            "--type must be COLUMN=int, double, string or bool, not 'a=x'"
        ),
        (
            ["catalog", "load", "C", "f.csv", "--delimiter", "ab"],
            "--delimiter must be one character of ASCII, 'tab' or 'comma', not 'ab'"
        ),
        (["catalog", "load", "C", "f.csv", "--no-header"], "--no-header needs --columns"),
        (["catalog", "index"], "give one catalogue's name"), (["catalog", "list", "a"], "unknown word 'a'"),
        (["catalog", "index", "C", "--fields", "a", "--whole"], "give --fields or --whole"),
        (
            ["catalog", "drop", "C"],
            "C would be removed and cannot be brought back: say --yes if that is meant"
        ),
        (["indexes", "a"], "unknown word 'a'"), (["check", "a"], "unknown word 'a'"),
        (["rejected"], "list, show or retry"),
        (["rejected", "nothing"], "unknown verb 'nothing'; list, show or retry"),
        (["rejected", "list", "--limit", "0"], "--limit must be a whole number of at least 1, not '0'"),
        (["rejected", "list", "a"], "unknown word 'a'"), (["rejected", "show"], "give one id"),
        (["rejected", "retry", "--out", "a"], "unknown option --out"),
    ])
    func meaninglessCommandsAreRefused(words: [String], reason: String) async throws {
        let ending = try await run("skipper", words)
        #expect(ending.code == 2)
        #expect(ending.output.isEmpty)
        let subject = words[0] == "nothing" ? "skipper" : "skipper \(words[0])"
        #expect(ending.errors.hasPrefix("\(subject): \(reason)\n"), "\(ending.errors)")
    }

    @Test func usageIsShownOnRequest() async throws {
        for word in ["--help", "-h", "help"] {
            let ending = try await run("skipper", [word])
            #expect(ending.code == 0)
            #expect(ending.output.hasPrefix("usage: skipper COMMAND") && ending.errors.isEmpty)
        }
        let ending = try await run("skipper", [])
        #expect(ending.code == 2)
        #expect(ending.errors.hasPrefix("usage: skipper COMMAND") && ending.output.isEmpty)
    }

    @Test func unknownArgumentOfTheIngesterIsRefused() async throws {
        for argument in ["--until-caught-upp", "topic", "--help"] {
            let ending = try await run("skipper-ingester", ["--until-caught-up", argument])
            #expect(ending.code == 2)
            #expect(
                ending.errors.hasPrefix(
                    "skipper-ingester: unknown argument '\(argument)'; usage: skipper-ingester "))
        }
    }

    /// All at once, each with its key.
    @Test(arguments: ["skipper-ingester", "skipper"])
    func everyWrongSettingIsNamed(program: String) async throws {
        let ending = try await run(
            program, program == "skipper" ? ["check"] : [],
            [
                "SKIPPER_KAFKA__BATCH_MESSAGES": "many", "SKIPPER_DATABASE__PORT": "0",
                "SKIPPER_INGESTER__WRITERS": "-1", "SKIPPER_KAFKA__BOOTSTRAP_SERVERS": "",
                "SKIPPER_KAFKA__TOPIC": "misspelt",
            ])
        #expect(ending.code == 1)
        for key in [
            "kafka.batch_messages", "database.port", "ingester.writers", "kafka.bootstrap_servers",
            "kafka.topic",
        ] {
            #expect(ending.errors.contains(key), "\(key): \(ending.errors)")
        }
    }

    /// A placeholder of the example is no password.
    @Test func placeholderSecretsAreRefusedByTheIngester() async throws {
        let settings = ["SKIPPER_DATABASE__URI": "", "SKIPPER_DATABASE__PASSWORD": "change-me"]
        let ending = try await run("skipper-ingester", ["--until-caught-up"], settings)
        #expect(ending.code == 1)
        #expect(ending.errors.contains("database.password"))
        #expect(!ending.errors.contains("change-me"))
    }

    /// What needs a database that is away fails and says so, without waiting for ever.
    @Test(arguments: [
        ["user", "list"], ["filter", "list"], ["indexes"], ["rejected", "list"], ["rejected", "retry"],
        ["catalog", "list"],
    ])
    func databaseThatIsAwayIsSaid(words: [String]) async throws {
        let ending = try await run("skipper", words)
        #expect(ending.code == 1)
        #expect(
            ending.errors.hasPrefix("skipper \(words[0]): ")
                && ending.errors.contains("No suitable servers found"))
    }
}
