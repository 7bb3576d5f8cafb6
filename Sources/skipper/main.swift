import Foundation
import Service

/// `skipper`: the operator's command.
let usage = """
    usage: skipper COMMAND [ARGUMENTS]

      simulate --alerts N --objects M --seed S [--date YYYYMMDD] (--out DIR | --topic T [--partitions P])
                                    makes a night of ZTF packets, the same bytes for the same seed
      produce FILE|DIR... --topic T [--partitions P]
                                    sends packets as they are
      inspect FILE... [--stamps]    prints what would be stored, one document a line
      user add NAME [--password P] [--email E] [--programs 1,2] [--groups 3,4] [--role admin|user]
      user change NAME [--name N] [--email E] [--programs 1,2] [--groups 3,4] [--role admin|user]
      user list | passwd NAME [--password P] | logout NAME | remove NAME
      filter list [--group G] | show ID [--fid F]
      filter explain ID (--candid N | --object NAME) [--fid F]
      filter test ID [--objects A,B] [--from DATE --to DATE] [--fid F] [--max-time SECONDS]
      filter diff ID FID FID (--night DATE | --from DATE --to DATE)
      filter backfill ID --from DATE --to DATE [--fid F] [--notify]
      filter backfill ID (--job JOB | --list | --cancel JOB)
      filter hits ID [--from DATE] [--to DATE] [--fid F] [--limit N] [--after PLACE]
      filter stats ID [--from DATE] [--to DATE]
      filter operators
                                    what filters make of stored alerts and what they found; --json for programs
      catalog load NAME PATH... --format csv|fits|ndjson | --preset P [--id COLUMN] [--ra COLUMN --dec COLUMN]
                   [--replace] [--verify] [--dry-run] [--rejects FILE] [--max-rejected N] [--no-index] [...]
      catalog index NAME [--fields A,B | --whole] [--memory MB]
      catalog list | info NAME | verify NAME [--all] | drop NAME --yes [--index-only] | presets
      catalog rematch [CATALOGUE...] [--survey NAME] [--object NAME] [--all]
                                    catalogues in the database and their index files; docs/catalogues.md
      indexes                       creates what collections and indexes are missing
      database initiate [--member HOST:PORT] [--stay]
                                    makes a new mongod on this host a replica set with its users; --stay: then waits
                                    for SIGTERM
      rejected list [--limit N] | show ID [--out FILE] | retry [ID...]
      config [--defaults | --secrets]
                                    every setting with its default, unit and meaning; the secrets as placeholders
      secrets generate [--out FILE] [--force]
                                    a secrets file, usually secrets.json, with secrets that nobody can guess
      migrate check [--json]        what differs between a database of Kowalski's and what is needed
      migrate apply [--dry-run]     makes up for it; touches no alert
      check                         settings, database, broker, disk: what is wrong and what to do

    Settings are read from config.yaml, secrets.json and SKIPPER_SECTION__KEY in the environment.

    """

let commands: [String: @Sendable ([String]) async throws -> Void] = [
    "simulate": Simulate.run, "produce": Produce.run, "inspect": Inspect.run, "user": UserCommand.run,
    "indexes": IndexesCommand.run, "rejected": RejectedCommand.run, "check": CheckCommand.run,
    "config": ConfigCommand.run, "filter": FilterCommand.run, "catalog": CatalogCommand.run,
    "database": DatabaseCommand.run, "secrets": SecretsCommand.run, "migrate": MigrateCommand.run,
]

let words = Array(CommandLine.arguments.dropFirst())
guard let name = words.first else {
    StandardError.write(usage)
    exit(2)
}
guard !["-h", "--help", "help"].contains(name) else {
    print(usage, terminator: "")
    exit(0)
}
guard let command = commands[name] else {
    StandardError.write("skipper: unknown command '\(name)'\n\n\(usage)")
    exit(2)
}
do {
    try await command(Array(words.dropFirst()))
} catch let error as UsageError {
    StandardError.write("skipper \(name): \(error)\n")
    exit(2)
} catch let error as TooManyRejected {
    StandardError.write("skipper \(name): \(error)\n")
    exit(3)
} catch {
    StandardError.write("skipper \(name): \(error)\n")
    exit(1)
}
