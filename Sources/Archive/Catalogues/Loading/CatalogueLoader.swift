import Documents
public import Mongo
public import Service
import Tables

/// Loads a catalogue from files into a collection beside it, which takes its name when it is complete.
///
/// A load that was ended at any moment goes on where it was, with the result of one that was not: rows have ids that do
/// not depend on when they are stored; `catalog_loads` has a place before which all are; what may be stored already
/// behind it is compared, not stored again. Of rows with the same id the first in the order of the files is the one that
/// is kept.
public struct CatalogueLoader: Sendable {
    let database: Database
    let name: String
    let source: CatalogueSource
    let options: LoadOptions
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64
    /// Told how many rows were read and how many there may still be.
    let progress: @Sendable (_ rows: Int, _ remaining: Int?) -> Void
    /// Told what is being done.
    let stage: @Sendable (String) -> Void

    /// How old a sign of life may be, in milliseconds.
    static let longestSilence: Int64 = 60_000

    /// - Parameters:
    ///   - name: of the catalogue.
    ///   - source: its files.
    ///   - progress: told how many rows were read just now, and how many there may still be.
    ///   - stage: told what is being done, in words.
    ///   - now: milliseconds since 1970.
    /// - Throws: `CatalogueError` where the name cannot be a catalogue's.
    public init(
        _ database: Database, _ name: String, _ source: CatalogueSource, _ options: LoadOptions,
        progress: @escaping @Sendable (_ rows: Int, _ remaining: Int?) -> Void = { _, _ in },
        stage: @escaping @Sendable (String) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = { Log.milliseconds() }
    ) throws(CatalogueError) {
        try CatalogueName.check(name)
        self.database = database
        self.name = name
        self.source = source
        self.options = options
        self.progress = progress
        self.stage = stage
        self.now = now
    }

    var staging: String { CatalogueName.staging(name) }

    /// Loads the catalogue, or goes on with it.
    /// - Throws: `CatalogueError`, `TableError`, `MongoError`.
    public func load() async throws -> LoadReport {
        let desk = LoadDesk(database, name, now: now)
        let work = try await begin(desk)
        return try await withThrowingTaskGroup(of: LoadReport?.self) { group in
            group.addTask {
                try await desk.keepAlive(work.owner)
                return nil
            }
            group.addTask { try await finish(work, desk) }
            defer { group.cancelAll() }
            while let report = try await group.next() {
                if let report { return report }
            }
            throw CatalogueError("the load has ended without a result")
        }
    }

    /// The progress of a load that goes on, or of a new one.
    private func begin(_ desk: LoadDesk) async throws -> LoadProgress {
        let files = try source.files.map { "\($0) \(try TableFiles.size($0)) \(try TableFiles.changed($0))" }
            .joined(separator: "\n")
        let names = Set(try await database.listCollectionNames())
        if var known = try await desk.progress() {
            try desk.refuseOther(known)
            let isSame =
                known.fingerprint == source.fingerprint && known.files == files
                && known.replaces == options.replaces
                && known.rejectsPath == options.rejectsPath ?? ""
            let hasItsName = known.stage == .renamed || (known.stage == .renaming && !names.contains(staging))
            if hasItsName || (isSame && !options.restarts) {
                known.owner = .current()
                known.isResumed = true
                try await desk.take(over: known)
                if isSame { return known }
                // Of other files: what is left of that load is done, and this one is looked at as if it never was.
                _ = try await finish(known, desk)
            } else if !options.restarts {
                throw CatalogueError(
                    "a load of \(name) was begun with other files or options: give the same to go on, or --restart"
                )
            }
        }
        guard options.replaces || !names.contains(name) else {
            throw CatalogueError("there is a catalogue \(name): --replace loads another one in its place")
        }
        let rows = try CatalogueRows(source, found: nil, batch: options.batch, width: 1)
        let time = now()
        let work = LoadProgress(
            name: name, load: CatalogueRegistry.loadName(time), startedAt: time,
            fingerprint: source.fingerprint,
            files: files, replaces: options.replaces, types: rows.maker.plan.types,
            rejectsPath: options.rejectsPath ?? "", owner: .current(), updatedAt: time)
        // The rows of a load that was given up go before there is one that would go on with them.
        try await desk.remove()
        try await database.dropCollection(staging)
        try await desk.begin(work)
        return work
    }

    /// Does what is left.
    private func finish(_ known: LoadProgress, _ desk: LoadDesk) async throws -> LoadReport {
        var work = known
        var report = LoadReport()
        report.load = work.load
        if work.stage == .loading {
            try await database.createCollection(staging)
            try await LoadRun(loader: self, desk: desk).run(&work, &report)
            work.stage = .checking
            try await desk.save(work)
        }
        if work.stage == .checking {
            try await check(&work, &report)
            guard report.isInPlace else { return report }
            work.stage = .renaming
            try await desk.save(work)
        }
        if work.stage == .renaming {
            try await rename(replaces: work.replaces)
            work.stage = .renamed
            try await desk.save(work)
        }
        report.read = work.read
        report.leftOut = work.leftOut
        report.rejected = work.rejected
        report.firstRejected = work.firstRejected.map(\.text)
        stage("entering \(name) into the registry")
        report.stored = try await database.exactCount(name)
        try await CatalogueRegistry(database).put(
            CatalogueEntry(
                name: name, load: work.load, rows: report.stored, loadedAt: now(),
                columns: try await database.sampledColumns(name), files: source.files, state: .loaded))
        try await desk.remove()
        report.isInPlace = true
        return report
    }

    /// Builds the indexes, counts, and compares with the files.
    private func check(_ work: inout LoadProgress, _ report: inout LoadReport) async throws {
        stage("building the indexes of \(name)")
        try await database.createIndexes(staging, [Self.index])
        stage("counting the rows of \(name)")
        let stored = try await database.exactCount(staging)
        let missing = work.read - work.leftOut - work.rejected - stored
        guard missing >= 0 else {
            throw CatalogueError(
                "\(staging) has \(-missing) rows more than were loaded; --restart begins anew")
        }
        guard missing == 0 || work.isResumed else {
            throw CatalogueError(
                "\(missing) rows that were stored are not in \(staging); --restart begins anew")
        }
        // Where a load goes on, a row that is the same as an earlier one cannot be told from that one stored before.
        work.rejected += missing
        report.read = work.read
        report.leftOut = work.leftOut
        report.rejected = work.rejected
        report.firstRejected = work.firstRejected.map(\.text)
        report.stored = stored
        guard stored > 0 else { throw CatalogueError("not one of \(work.read) rows can be loaded") }
        if options.verifies {
            stage("comparing \(name) with its files")
            report.compared = try await LoadVerification(loader: self, collection: staging).run(work)
        }
        report.isInPlace = work.rejected <= options.maximumRejected
    }

    private func rename(replaces: Bool) async throws {
        let names = Set(try await database.listCollectionNames())
        guard names.contains(staging) else {
            guard names.contains(name) else {
                throw CatalogueError("\(staging) is gone; --restart begins anew")
            }
            return
        }
        stage("giving \(name) its name")
        _ = try await database.run(
            command: [
                "renameCollection": .string("\(database.name).\(staging)"),
                "to": .string("\(database.name).\(name)"),
                "dropTarget": .bool(replaces),
            ], on: "admin")
    }

    /// The index of every catalogue, under the name that PyMongo gives it.
    static let index = Index(keys: ["coordinates.radec_geojson": "2dsphere", "_id": 1])
}

extension RejectedRows.Row {
    /// The row in a line.
    var text: String { "\(file), line \(line): \(reason)" }
}
