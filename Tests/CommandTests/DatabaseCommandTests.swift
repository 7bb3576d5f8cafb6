import Foundation
import Mongo
import Testing

/// `skipper database initiate`, on servers that were just started as the containers start them.
@Suite struct DatabaseCommandTests {
    private static let start = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docker/mongod").standardizedFileURL.path

    /// A mongod of the test's own, and the settings that lead to it.
    private func withServer(
        _ body: (Workplace, [String: String], _ address: String) async throws -> Void
    ) async throws {
        try await withWorkplace { workplace in
            let port = try await python(
                """
                import socket
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", 0))
                    print(probe.getsockname()[1])
                """
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            let folder = "\(workplace.folder)/data"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let server = try ChildProcess(
                "bash", [Self.start, "--port", "\(port)", "--wiredTigerCacheSizeGB", "0.25"],
                environment: ["MONGO_DATA": folder, "MONGOD": try TestEnvironment.mongod])
            let address = "127.0.0.1:\(port)"
            var alone = MongoSettings(
                uri: ConnectionString("mongodb://\(address)/?directConnection=true"), database: "admin")
            alone.usesSessions = false
            alone.serverSelectionTimeout = .seconds(1)
            let nobody = try Database(alone)
            let isThere = try await eventually {
                if let code = server.end() {
                    throw ChildProcess.Failure(description: "mongod ended with \(code): \(server.output)")
                }
                return (try? await nobody.ping()) != nil
            }
            await nobody.close()
            #expect(isThere)
            try await body(
                workplace,
                [
                    "SKIPPER_DATABASE__URI": "", "SKIPPER_DATABASE__HOST": "127.0.0.1",
                    "SKIPPER_DATABASE__PORT": "\(port)", "SKIPPER_DATABASE__REPLICA_SET": "rs0",
                    "SKIPPER_DATABASE__USERNAME": "skipper", "SKIPPER_DATABASE__PASSWORD": "first:p@ss",
                    "SKIPPER_DATABASE__ADMIN_USERNAME": "mongoadmin",
                    "SKIPPER_DATABASE__ADMIN_PASSWORD": "other/p@ss",
                    "SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "60",
                ], address)
            server.send(SIGTERM)
            _ = try await server.ending(within: .seconds(300))
        }
    }

    @Test func aNewServerBecomesAReplicaSetWithItsUsers() async throws {
        try await withServer { workplace, settings, address in
            let impatient = settings.merging(["SKIPPER_DATABASE__SERVER_SELECTION_TIMEOUT": "1"]) { $1 }
            #expect(try await workplace.run("skipper", "indexes", settings: impatient).code == 1)
            for _ in 0..<2 {
                let ending = try await workplace.run("skipper", "database", "initiate", settings: settings)
                #expect(ending.code == 0, "\(ending.errors)")
            }
            let indexes = try await workplace.run("skipper", "indexes", settings: settings)
            #expect(indexes.code == 0, "\(indexes.errors)")
            // What the server says, by another driver.
            let told = try await python(
                """
                import sys, pymongo
                admin = pymongo.MongoClient(sys.argv[1], username="mongoadmin", password="other/p@ss")
                config = admin.admin.command("replSetGetConfig")["config"]
                print(config["_id"], [member["host"] for member in config["members"]])
                for user in sorted(admin.admin.command({"usersInfo": {"forAllDBs": True}})["users"], key=lambda u: u["_id"]):
                    print(user["_id"], sorted((role["role"], role["db"]) for role in user["roles"]))
                try:
                    pymongo.MongoClient(sys.argv[1]).admin.command("listDatabases")
                except pymongo.errors.OperationFailure as failure:
                    print(failure.code)
                """, ["mongodb://\(address)/?directConnection=true"])
            let name = workplace.name
            #expect(
                told == """
                    rs0 ['\(address)']
                    admin.mongoadmin [('root', 'admin')]
                    \(name).skipper [('clusterMonitor', 'admin'), ('dbAdmin', '\(name)'), ('readWrite', '\(name)')]
                    13

                    """)
        }
    }

    @Test func anotherPasswordTakesTheOldOnesPlace() async throws {
        try await withServer { workplace, settings, _ in
            let changed = settings.merging(["SKIPPER_DATABASE__PASSWORD": "second-p@ss"]) { $1 }
            for settings in [settings, changed] {
                let ending = try await workplace.run("skipper", "database", "initiate", settings: settings)
                #expect(ending.code == 0, "\(ending.errors)")
                #expect(try await workplace.run("skipper", "indexes", settings: settings).code == 0)
            }
            let old = try await workplace.run("skipper", "indexes", settings: settings)
            #expect(old.code == 1 && old.errors.contains("Authentication failed"))
            let stranger = settings.merging(["SKIPPER_DATABASE__ADMIN_PASSWORD": "wrong-p@ss"]) { $1 }
            let refused = try await workplace.run("skipper", "database", "initiate", settings: stranger)
            #expect(refused.code == 1 && refused.errors.contains("Authentication failed"))
            #expect(!refused.errors.contains("wrong-p@ss"))
        }
    }

    @Test func theSetIsThatOfTheSettings() async throws {
        try await withServer { workplace, settings, _ in
            _ = try await workplace.run("skipper", "database", "initiate", settings: settings)
            let other = settings.merging(["SKIPPER_DATABASE__REPLICA_SET": "rs1"]) { $1 }
            let ending = try await workplace.run("skipper", "database", "initiate", settings: other)
            #expect(ending.code == 1)
            #expect(
                ending.errors.contains("in the replica set 'rs0', not 'rs1' as database.replica_set says"))
        }
    }

    @Test(arguments: [
        ("SKIPPER_DATABASE__REPLICA_SET", "database.replica_set is not set"),
        ("SKIPPER_DATABASE__USERNAME", "database.username is not set"),
        ("SKIPPER_DATABASE__PASSWORD", "database.password is not set"),
        ("SKIPPER_DATABASE__ADMIN_USERNAME", "database.admin_username is not set"),
        ("SKIPPER_DATABASE__ADMIN_PASSWORD", "database.admin_password is not set"),
    ])
    func whatIsMissingIsTold(variable: String, reason: String) async throws {
        try await withWorkplace { workplace in
            let settings = [
                "SKIPPER_DATABASE__URI": "", "SKIPPER_DATABASE__REPLICA_SET": "rs0",
                "SKIPPER_DATABASE__USERNAME": "skipper", "SKIPPER_DATABASE__PASSWORD": "p-1-x",
                "SKIPPER_DATABASE__ADMIN_USERNAME": "mongoadmin", "SKIPPER_DATABASE__ADMIN_PASSWORD": "p-2-x",
            ].merging([variable: ""]) { $1 }
            let ending = try await workplace.run("skipper", "database", "initiate", settings: settings)
            #expect(ending.code == 1 && ending.errors.contains(reason), "\(ending.errors)")
        }
    }

    @Test func aDatabaseOfOthersIsLeftAlone() async throws {
        try await withWorkplace { workplace in
            let ending = try await workplace.run("skipper", "database", "initiate")
            #expect(ending.code == 1)
            #expect(ending.errors.contains("database.uri is set"))
            #expect(try await workplace.run("skipper", "database").code == 2)
            #expect(try await workplace.run("skipper", "database", "drop").code == 2)
        }
    }

    @Test func placeholdersAreRefused() async throws {
        try await withWorkplace { workplace in
            let ending = try await workplace.run(
                "skipper", "database", "initiate",
                settings: ["SKIPPER_DATABASE__ADMIN_PASSWORD": "mongoadminsecret"])
            #expect(ending.code == 1 && ending.errors.contains("admin_password"))
        }
    }
}
