import Foundation
import Testing

@testable import Service

/// Settings of every type, named like those of a real process.
enum Sample {
    enum Mode: String, CaseIterable, SettingValue { case fast, careful }

    static let uri = Setting<Secret?>(
        "database.uri", default: nil, "Address of the database with user and password.")
    static let host = Setting(
        "database.host", default: "localhost", accepts: .nonEmpty, "Where the database runs.")
    static let port = Setting(
        "database.port", default: 27017, accepts: .within(1...65535), "On which port the database listens.")
    static let replicaSet = Setting<String?>("database.replica_set", default: nil, "Name of the replica set.")
    static let topics = Setting<[String]>("kafka.topics", default: [], "Topics to read.")
    static let wait = Setting(
        "kafka.batch_wait", default: Duration.milliseconds(200), unit: .milliseconds,
        "How long a batch is awaited.")
    static let batchSize = Setting(
        "kafka.batch_size", default: 500, unit: "messages", accepts: .atLeast(1), "Messages in a batch.")
    static let ratio = Setting("kafka.producer.ratio", default: 0.5, accepts: .within(0...1), "A share.")
    static let verify = Setting("server.verify", default: true, "Whether certificates are verified.")
    static let mode = Setting("server.mode", default: Mode.fast, "How it is done.")
    static let password = Setting<Secret>(
        "server.admin_password", default: "admin", "Password of the administrator.")
    static let limit = Setting<Int?>(
        "server.limit", default: nil, accepts: .within(1...10), "A limit, if any.")
    static let expiry = Setting<Duration?>("server.expiry", default: nil, unit: .hours, "When tokens end.")

    static let all: [any SettingDeclaration] = [
        uri, host, port, replicaSet, topics, wait, batchSize, ratio, verify, mode, password, limit, expiry,
    ]
}

@Suite struct ConfigurationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What is loaded from one file's text and an environment.
    private func load(_ text: String = "", secrets: String? = nil, environment: [String: String] = [:]) throws
        -> Configuration
    {
        try Configuration.load(
            files: [.required(try folder.file("config.yaml", text))],
            secretsFile: try secrets.map { .required(try folder.file("secrets.json", $0)) },
            environment: environment, declared: Sample.all)
    }

    /// The faults of a load that must fail, without the folder's path.
    private func faults(_ text: String = "", secrets: String? = nil, environment: [String: String] = [:])
        throws -> [String]
    {
        let error = #expect(throws: ConfigurationError.self) {
            try load(text, secrets: secrets, environment: environment)
        }
        return try #require(error).faults.map { $0.description.replacing(folder.url.path + "/", with: "") }
    }

    @Test func defaultsHoldWhereNothingIsGiven() throws {
        let configuration = try Configuration.load(
            files: [.optional(folder.url.path + "/missing.yaml")], environment: [:], declared: Sample.all)
        #expect(configuration[Sample.host] == "localhost")
        #expect(configuration[Sample.port] == 27017)
        #expect(configuration[Sample.replicaSet] == nil)
        #expect(configuration[Sample.topics] == [])
        #expect(configuration[Sample.wait] == .milliseconds(200))
        #expect(configuration[Sample.mode] == .fast)
        #expect(configuration[Sample.uri] == nil)
        #expect(configuration[Sample.expiry] == nil)
        #expect(configuration.source(of: Sample.host) == "default")
    }

    @Test func laterLayersWin() throws {
        let first = try folder.file(
            "first.yaml",
            "database: {host: one, port: 1}\nserver: {admin_password: one}\nkafka: {batch_size: 1}\n")
        let second = try folder.file(
            "second.yaml", "database:\n  host: two\nkafka: {batch_size: 2}\nserver:\n")
        let secrets = try folder.file(
            "secrets.json", #"{"server": {"admin_password": "three"}, "kafka": {"batch_size": 3}}"#)
        let configuration = try Configuration.load(
            files: [.required(first), .required(second)], secretsFile: .required(secrets),
            environment: ["SKIPPER_KAFKA__BATCH_SIZE": "4"], declared: Sample.all)
        #expect(configuration[Sample.port] == 1)
        #expect(configuration[Sample.host] == "two")
        #expect(configuration[Sample.password].value == "three")
        #expect(configuration[Sample.batchSize] == 4)
        #expect(configuration.source(of: Sample.host) == second)
        #expect(configuration.source(of: Sample.batchSize) == "SKIPPER_KAFKA__BATCH_SIZE")
    }

    @Test func everyTypeIsReadFromFileAndFromEnvironment() throws {
        let text = """
            database: {uri: "mongodb://a:b@c", replica_set: rs0}
            kafka:
                topics: [one, "two, three"]
                batch_wait: 1500
                producer: {ratio: 2.5e-1}
            server: {verify: no, mode: careful, limit: 7, expiry: 0.5}
            """
        let environment = [
            "SKIPPER_DATABASE__URI": "mongodb://a:b@c", "SKIPPER_DATABASE__REPLICA_SET": "rs0",
            "SKIPPER_KAFKA__TOPICS": " one ,two,, three,", "SKIPPER_KAFKA__BATCH_WAIT": "1500",
            "SKIPPER_KAFKA__PRODUCER__RATIO": "0.25", "skipper_server__verify": "0",
            "Skipper_Server__Mode": "CAREFUL", "SKIPPER_SERVER__LIMIT": "7", "SKIPPER_SERVER__EXPIRY": "0.5",
            "SKIPPER_TEST_MONGODB": "x", "PATH": "/bin", "SKIPPERS": "no",
        ]
        let both = [
            (try load(text), ["one", "two, three"]),
            (try load(environment: environment), ["one", "two", "three"]),
        ]
        for (configuration, topics) in both {
            #expect(configuration[Sample.uri]?.value == "mongodb://a:b@c")
            #expect(configuration[Sample.replicaSet] == "rs0")
            #expect(configuration[Sample.topics] == topics)
            #expect(configuration[Sample.wait] == .milliseconds(1500))
            #expect(configuration[Sample.ratio] == 0.25)
            #expect(configuration[Sample.verify] == false)
            #expect(configuration[Sample.mode] == .careful)
            #expect(configuration[Sample.limit] == 7)
            #expect(configuration[Sample.expiry] == .seconds(1800))
            #expect(configuration.warnings == [])
        }
    }

    @Test func nullTakesAnOptionalSettingBack() throws {
        let configuration = try load(
            "database: {replica_set: rs0}", environment: ["SKIPPER_DATABASE__REPLICA_SET": "null"])
        #expect(configuration[Sample.replicaSet] == nil)
        #expect(try load("database: {replica_set: }")[Sample.replicaSet] == nil)
        #expect(try load(environment: ["SKIPPER_SERVER__LIMIT": ""])[Sample.limit] == nil)
        #expect(try load("database: {replica_set: 'null'}")[Sample.replicaSet] == "null")
        #expect(try faults("database: {host: null}") == ["config.yaml:1: database.host: null is not text"])
    }

    @Test func kowalskisFileIsReadThroughItsWrapper() throws {
        // Fragments of Kowalski's config.defaults.yaml.
        let configuration = try load(
            """
            kowalski:
              server:
                name: "Kowalski"
                ADMIN_PASSWORD: "admin"
                JWT_EXP_DELTA_SECONDS:
              kafka:
                default.topic.config:
                  auto.offset.reset: "earliest"
                batch.size: 5
              database:
                host: "mongo"
                port: 27018
                indexes:
                  ZTF_alerts:
                    - name: radec_candid
                      fields:
                        - ["coordinates.radec_geojson", "2dsphere"]
              dask: {}
            """)
        #expect(configuration[Sample.host] == "mongo")
        #expect(configuration[Sample.port] == 27018)
        #expect(configuration[Sample.password].value == "admin")
        let warnings = configuration.warnings.map { "\($0.line ?? 0) \($0.key): \($0.reason)" }
        #expect(
            warnings == [
                "3 server.name: no such setting", "5 server.jwt_exp_delta_seconds: no such setting",
                "7 kafka.default.topic.config: no such setting",
                "9 kafka.batch.size: no such setting, but there is kafka.batch_size",
                "13 database.indexes: no such setting", "18 dask: no such setting",
            ])
    }

    @Test func allFaultsOfAllSourcesAreReportedTogether() throws {
        let found = try faults(
            "database:\n  port: many\n  host: ''\nkafka: 5\nserver:\n  limit: 11\n  expiry: -1\n  verify: {}\n",
            secrets: "{\"server\": {\"mode\": \"slow\"},\n\"database\": {\"uri\": [1]}}",
            environment: [
                "SKIPPER_KAFKA__BATCH_SIZE": "0", "SKIPPER_KAFKA__BATCHSIZE": "1",
                "SKIPPER_DATABASE_URI": "x",
                "SKIPPER_KAFKA__PRODUCER__RATIO": "nan",
            ])
        #expect(
            Set(found) == [
                "config.yaml:2: database.port: 'many' is not an integer",
                "config.yaml:3: database.host: '' is not accepted: not empty",
                "config.yaml:4: kafka: a section of settings, not a value",
                "config.yaml:6: server.limit: '11' is not accepted: between 1 and 10",
                "config.yaml:7: server.expiry: '-1' is not a number of hours, 0 or more or null",
                "config.yaml:8: server.verify: a section is not true or false",
                "secrets.json:1: server.mode: the value (not shown) is not one of fast, careful",
                "secrets.json:2: database.uri: a list of 1 is not text or null",
                "SKIPPER_KAFKA__BATCH_SIZE: kafka.batch_size: '0' is not accepted: at least 1",
                "SKIPPER_KAFKA__BATCHSIZE: kafka.batchsize: no such setting, but there is kafka.batch_size",
                "SKIPPER_DATABASE_URI: database_uri: no such setting, but there is database.uri",
                "SKIPPER_KAFKA__PRODUCER__RATIO: kafka.producer.ratio: 'nan' is not a number",
            ])
        #expect(found.count == 12)
    }

    @Test func variablesOfOtherProcessesAreOnlyMentioned() throws {
        let configuration = try load(environment: ["SKIPPER_TELESCOPE__NAME": "p48", "SKIPPER_VERSION": "1"])
        #expect(configuration.warnings.map(\.source) == ["SKIPPER_TELESCOPE__NAME", "SKIPPER_VERSION"])
    }

    @Test func sameKeyTwiceIsAFault() throws {
        #expect(
            try faults("kowalski: {server: {limit: 1}}\nserver: {LIMIT: 2}\n") == [
                "config.yaml:2: server.limit: given already in line 1"
            ])
        #expect(
            try faults(environment: ["SKIPPER_SERVER__LIMIT": "1", "skipper_server__limit": "2"]) == [
                "skipper_server__limit: server.limit: given already in SKIPPER_SERVER__LIMIT"
            ])
    }

    @Test func unreadableFilesAreFaults() throws {
        let missing = folder.url.path + "/missing.yaml"
        let large = try folder.file("large.yaml", [UInt8](repeating: 0x23, count: (1 << 20) + 1))
        let broken = try folder.file("broken.yaml", "a: [\nserver: {limit: 3}")
        let list = try folder.file("list.yaml", "- a\n")
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(
                files: [
                    .required(missing), .optional(missing), .optional(folder.url.path), .required(large),
                    .required(broken), .required(list),
                ], environment: [:], declared: Sample.all)
        }
        #expect(error?.faults.map(\.source) == [missing, folder.url.path, large, broken, list])
        #expect(error?.faults.first?.reason == "cannot be opened: No such file or directory")
        #expect(error?.faults.map(\.line) == [nil, nil, nil, 2, 1])
    }

    @Test func noMessageRepeatsASecret() throws {
        let secret = "hunter2hunter2"
        let texts = [
            "{\"server\": {\"admin_password\": {\"\(secret)\": 1}}}",
            "{\"server\": {\"admin_password\": [\"\(secret)\"]}}",
            "{\"server\": {\"limit\": \"\(secret)\"}}", "{\"server\": \"\(secret)\"}", "\"\(secret)\"",
            "server: {a: '\(secret)",
            "server: {admin_password: *\(secret)}", "server: {admin_password: !\(secret) a}", "[\(secret)]",
            "x: \"\(secret)\\q\"",
        ]
        for text in texts {
            let error = #expect(throws: ConfigurationError.self) { try load(secrets: text) }
            #expect(error?.description.isEmpty == false)
            #expect(error?.description.contains(secret) == false, "\(String(describing: error))")
        }
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(
                environment: ["SKIPPER_SERVER__KEY": secret],
                declared: [
                    Setting<Secret>(
                        "server.key", default: "", accepts: Acceptance("a long key") { _ in false }, "A key.")
                ])
        }
        #expect(
            error?.description
                == "SKIPPER_SERVER__KEY: server.key: the value (not shown) is not accepted: a long key")
    }

    @Test func aDefaultThatIsNotAcceptedMakesTheSettingRequired() throws {
        let setting = Setting("kafka.group", default: "", accepts: .nonEmpty, "Group.")
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(environment: [:], declared: [setting])
        }
        #expect(error?.description == "default: kafka.group: must be set: not empty")
        #expect(
            try Configuration.load(environment: ["SKIPPER_KAFKA__GROUP": "a"], declared: [setting])[setting]
                == "a")
    }

    @Test func faultyDeclarationsAreFound() throws {
        let declared: [any SettingDeclaration] = [
            Setting("a.b", default: 1, ""), Setting("a.b", default: 1, ""), Setting("a.b.c", default: 1, ""),
            Setting("a.C", default: 1, ""), Setting("single", default: 1, ""),
            Setting("a.d__e", default: 1, ""),
            Setting("a.f", default: Duration.seconds(1), unit: "ms", ""),
            Setting<Duration?>("a.g", default: nil, ""),
        ]
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(environment: [:], declared: declared)
        }
        #expect(
            error?.faults.map { "\($0.key) \($0.reason)" } == [
                "a.b both a setting and a section", "a.b declared twice",
                "a.C not of the form section.name in lower case",
                "single not of the form section.name in lower case",
                "a.d__e not of the form section.name in lower case",
                "a.f a time needs a unit of time", "a.g a time needs a unit of time",
            ])
    }

    @Test(arguments: ["1e300", "inf", "-0.001", "99999999999999999999", "x", ""])
    func absurdDurationsAreRefused(text: String) throws {
        #expect(try faults(environment: ["SKIPPER_KAFKA__BATCH_WAIT": text]).count == 1)
    }

    @Test func readingAnUndeclaredSettingIsATrap() async {
        await #expect(processExitsWith: .failure) {
            let configuration = try Configuration.load(environment: [:], declared: [])
            _ = configuration[Setting("a.b", default: 1, "")]
        }
    }
}
