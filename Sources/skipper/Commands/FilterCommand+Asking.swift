import Archive
import Documents
import Mongo
import Service

extension FilterCommand {
    /// `filter explain`.
    func explain() async throws {
        var body = DocumentWriter()
        if let candid = arguments.options["candid"] { body.append("candid", string: candid) }
        if let object = arguments.options["object"] { body.append("objectId", string: object) }
        if let fid = arguments.options["fid"] { body.append("filter_version", string: fid) }
        let explanation = try await filters.explain(
            try await filter(), body.finish(), for: Self.operatorUser, now: now)
        guard let explanation else { throw CommandError("there is no such alert") }
        if isJSON { return write(json: explanation) }
        let passed = explanation.bool(at: "passed") == true
        print(
            "\(explanation.string(at: "candid_str") ?? "") of \(explanation.string(at: "objectId") ?? ""): "
                + (passed ? "passes" : "does not pass"))
        if let reason = explanation.string(at: "reason") { print(reason) }
        if let reason = explanation["unsupported"] { print("in MongoDB only: \(Table.text(of: reason))") }
        var table = Table("stage", "", "documents", "")
        for stage in explanation.documents(at: "stages") {
            table.add(stage["stage"], stage["name"], stage["documents"], stage["error"])
        }
        print(table.text, terminator: "")
        for stage in explanation.documents(at: "stages") {
            for tree in stage.documents(at: "conditions") { write(tree: tree, depth: 0) }
        }
    }

    /// Prints a tree of conditions, one a line, with what they saw.
    private func write(tree: DocumentView, depth: Int) {
        let verdict = tree.bool(at: "verdict")
        let sign = verdict == true ? "yes" : verdict == false ? "no " : "?  "
        var line = String(repeating: "  ", count: depth) + "\(sign) "
        line += Table.text(of: tree["condition"] ?? tree["expression"] ?? .null)
        for name in ["values", "value", "error"] {
            if let seen = tree[Path(name)] { line += "  \(name): \(Table.text(of: seen))" }
        }
        print(line)
        for part in tree.documents(at: "parts") { write(tree: part, depth: depth + 1) }
    }

    /// `filter test`.
    func test() async throws {
        var body = DocumentWriter()
        if let objects = arguments.options["objects"] {
            body.append("object_ids", .list(objects.split(separator: ",").map { .string(String($0)) }))
        }
        try append(dates: ["from", "to"], to: &body)
        if let fid = arguments.options["fid"] { body.append("filter_version", string: fid) }
        let seconds = try arguments.integer("max-time", default: 300, atLeast: 1)
        body.append("max_time_ms", .integer(Int64(clamping: seconds) &* 1000))
        let test = try await filters.test(
            try await filter(), body.finish(), for: Self.operatorUser, now: now)
        while let documents = try await test.next() {
            if isJSON { documents.forEach { write(json: $0) } }
        }
        let report = try await test.report()
        if isJSON { return write(json: report) }
        if let reason = report.string(at: "reason") { print(reason) }
        let cost = report.double(at: "microseconds_per_alert").map {
            ", \(Table.text(of: .double($0))) us each"
        }
        print(
            "\(report.int64(at: "alerts") ?? 0) alerts in \(report.string(at: "engine") ?? "")\(cost ?? "")")
        var stages = Table("stage", "", "documents")
        for stage in report.documents(at: "stages") {
            stages.add(stage["stage"], stage["name"], stage["documents"])
        }
        print(stages.text, terminator: "")
        var nights = Table("night", "evaluated", "passed", "errors", "hit rate")
        for night in report.documents(at: "nights") {
            nights.add(
                night["night"], night["evaluated"], night["passed"], night["errors"], night["hit_rate"])
        }
        print(nights.text, terminator: "")
    }

    /// `filter diff`.
    func compare() async throws {
        var body = DocumentWriter()
        body.append("from_version", string: arguments.words[1])
        body.append("to_version", string: arguments.words[2])
        if let night = arguments.options["night"] {
            body.append("night", Double(night).map { .double($0) } ?? .string(night))
        }
        try append(dates: ["from", "to"], to: &body)
        let seconds = try arguments.integer("max-time", default: 300, atLeast: 1)
        body.append("max_time_ms", .integer(Int64(clamping: seconds) &* 1000))
        let difference = try await filters.difference(
            of: try await filter(), body.finish(), for: Self.operatorUser, now: now)
        if isJSON { return write(json: difference) }
        print(
            "\(difference.int64(at: "evaluated") ?? 0) alerts, kept \(difference.int64(at: "kept") ?? 0), "
                + "gained \(difference.int64(at: "gained_count") ?? 0), "
                + "lost \(difference.int64(at: "lost_count") ?? 0)")
        var table = Table("", "candid", "object", "jd")
        for (sign, name) in [("+", "gained"), ("-", "lost")] {
            for alert in difference.documents(at: Path(name)) {
                table.add(.string(sign), alert["candid"], alert["objectId"], alert["jd"])
            }
        }
        print(table.text, terminator: "")
    }

    /// `filter backfill`: works on the job here, until it is done.
    func backfill() async throws {
        let filter = try await filter()
        if arguments.switches.contains("list") {
            return show(try await filters.backfills(of: filter, for: Self.operatorUser))
        }
        if let name = arguments.options["cancel"] {
            guard let job = try await filters.cancelBackfill(name, of: filter, now: now) else {
                throw CommandError("there is no backfill '\(name)'")
            }
            return show([job])
        }
        let job = try await job(of: filter)
        let line = ProgressLine("backfill", total: job.total.map { Int(clamping: $0) })
        var done: Int64 = 0
        let worker = filters.backfillWorker(pause: 0, log: log)
        let isMine = try await worker.run(job) { evaluated in
            line.advance(by: Int(clamping: evaluated - done))
            done = evaluated
        }
        line.finish()
        if !isMine { StandardError.write("it is done, or another process works on it\n") }
        guard let job = try await filters.backfill(job.id, of: filter, for: Self.operatorUser) else { return }
        show([job])
        if job.state == .failed { throw CommandError(job.document.string(at: "reason") ?? "it failed") }
    }

    /// The job that is named, or a new one.
    private func job(of filter: Filter) async throws -> BackfillJob {
        if let name = arguments.options["job"] {
            let job = try await filters.backfill(name, of: filter, for: Self.operatorUser)
            guard let job else { throw CommandError("there is no backfill '\(name)'") }
            return job
        }
        var body = DocumentWriter()
        try append(dates: ["from", "to"], to: &body)
        if let fid = arguments.options["fid"] { body.append("filter_version", string: fid) }
        body.append("notify", bool: arguments.switches.contains("notify"))
        return try await filters.addBackfill(of: filter, body.finish(), by: Self.operatorUser, now: now)
    }

    private func show(_ jobs: [BackfillJob]) {
        if isJSON { return jobs.forEach { write(json: $0.document) } }
        var table = Table("job", "version", "state", "evaluated", "of", "passed", "errors", "reason")
        for job in jobs.map(\.document) {
            table.add(
                job["job"], job["fid"], job["state"], job["evaluated"], job["total"], job["passed"],
                job["errors"], job["reason"])
        }
        print(table.text, terminator: "")
    }

    /// The dates of the options as the routes call them.
    private func append(dates names: [String], to body: inout DocumentWriter) throws {
        for (name, field) in zip(names, ["start_date", "end_date"]) {
            guard let text = arguments.options[name] else { continue }
            body.append(field, double: try FilterDates.jd(text: text, "--\(name)"))
        }
    }
}
