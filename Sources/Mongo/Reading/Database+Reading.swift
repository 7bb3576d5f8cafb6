public import Documents

extension Database {
    /// The documents that match a filter.
    public func find(
        _ collection: String, filter: Document = Document(), options: FindOptions = FindOptions()
    ) async throws -> Cursor {
        let document = options.document(maxTime: settings.maxTime)
        try check(options.maxTime, "find in \(collection)")
        return try await openCursor("find in \(collection)", collection, firstRead: options.batchSize) {
            [name] wire in try wire.find(filter, in: collection, of: name, options: document)
        }
    }

    /// The first document that matches a filter, nil if there is none.
    public func findOne(
        _ collection: String, filter: Document = Document(), options: FindOptions = FindOptions()
    ) async throws -> Document? {
        var options = options
        options.limit = 1
        let cursor = try await find(collection, filter: filter, options: options)
        let documents = try await cursor.nextBatch(maximumDocuments: 1)
        await cursor.close()
        return documents?.first
    }

    /// What a pipeline makes of a collection, or, without one, of the database (`$currentOp` on `admin` needs `run`).
    public func aggregate(
        _ collection: String?, pipeline: [Document], options: AggregateOptions = AggregateOptions()
    ) async throws -> Cursor {
        let document = options.document(maxTime: settings.maxTime)
        let stages = Self.stages(pipeline)
        let attempted = "aggregate \(collection ?? name)"
        try check(options.maxTime, attempted)
        return try await openCursor(attempted, collection, firstRead: options.batchSize) {
            [name] wire in try wire.aggregate(stages, on: collection, of: name, options: document)
        }
    }

    /// How many documents match a filter, by counting them.
    public func countDocuments(
        _ collection: String, filter: Document = Document(), options: AggregateOptions = AggregateOptions()
    ) async throws -> Int {
        let cursor = try await aggregate(
            collection,
            pipeline: [["$match": .document(filter)], ["$group": ["_id": 1, "n": ["$sum": 1]]]],
            options: options)
        let count = try await cursor.nextBatch(maximumDocuments: 1)?.first?.int64(at: "n") ?? 0
        await cursor.close()
        return Int(count)
    }

    /// How many documents a collection has by its own account, which an unclean shutdown may have put wrong.
    public func estimatedDocumentCount(_ collection: String) async throws -> Int {
        let reply = try await run(
            command: ["count": .string(collection), "maxTimeMS": .int32(settings.maxTime.milliseconds)],
            readOnly: true)
        return Int(try need(reply.int64(at: "n"), "n", in: reply, "count \(collection)"))
    }

    /// The different values of a field among the documents that match a filter, 16 MB of them at most.
    public func distinct(
        _ collection: String, key: String, filter: Document = Document(), maxTime: Duration? = nil
    ) async throws -> [Value] {
        let reply = try await run(
            command: [
                "distinct": .string(collection), "key": .string(key), "query": .document(filter),
                "maxTimeMS": .int32((maxTime ?? settings.maxTime).milliseconds),
            ], readOnly: true)
        return try need(reply.array(at: "values"), "values", in: reply, "distinct \(key) of \(collection)")
    }

    /// What changes in a collection, or, without one, in the database, from now on or from a token on.
    ///
    /// - Parameters:
    ///   - pipeline: what to make of the events.
    ///   - token: `ChangeStream.resumeToken` of an earlier stream.
    ///   - wait: how long the stream's `next` waits for an event. Default 1 s.
    ///   - fullDocument: whether updates show the whole document as it is when they are read.
    public func watch(
        _ collection: String? = nil, pipeline: [Document] = [], resumeAfter token: Document? = nil,
        wait: Duration = .seconds(1), fullDocument: Bool = false
    ) async throws -> ChangeStream {
        var writer = DocumentWriter()
        writer.append("maxAwaitTimeMS", int64: Int64(wait.milliseconds))
        if let token { writer.append("resumeAfter", document: token) }
        if fullDocument { writer.append("fullDocument", string: "updateLookup") }
        let options = writer.finish()
        let stages = Self.stages(pipeline)
        let attempted = "watch \(collection ?? name)"
        if let collection { try check(collection, attempted) }
        let opened = try await open(attempted) { [name] wire in
            let stream = try wire.watch(stages, on: collection, of: name, options: options)
            do { try stream.check(wire) } catch {
                stream.destroy()
                throw error
            }
            return Opened(first: [], token: stream.resumeToken, cursor: stream)
        }
        guard let source = opened.source else {
            throw MongoError(
                domain: .client, code: 0, reason: "the stream did not open", attempted: attempted)
        }
        return ChangeStream(source, token: opened.token)
    }

    /// What opening a cursor gives on the connection's thread; `cursor` is nil where nothing is left to read.
    struct Opened: Sendable {
        let first: [Document]
        let token: Document?
        let cursor: ServerCursor?
    }

    /// A cursor whose first documents are read, so that a refused query fails here and a small result holds nothing.
    ///
    /// - Parameters:
    ///   - batchSize: what the query says; no more than that, else no more than the server's first 101 are read, which
    ///     takes no second round trip.
    func openCursor(
        _ attempted: String, _ collection: String?, firstRead batchSize: Int?,
        _ make: @escaping @Sendable (Wire) throws -> ServerCursor
    ) async throws -> Cursor {
        if let collection { try check(collection, attempted) }
        let limit = max(1, batchSize ?? 101)
        let opened = try await open(attempted) { wire in
            let cursor = try make(wire)
            do {
                let (documents, isFull) = try cursor.read(
                    maximumDocuments: limit, maximumBytes: 1 << 20, wire)
                if !isFull { cursor.destroy() }
                return Opened(first: documents, token: nil, cursor: isFull ? cursor : nil)
            } catch {
                cursor.destroy()
                throw error
            }
        }
        return Cursor(first: opened.first, source: opened.source)
    }

    private func open(
        _ attempted: String, _ work: @escaping @Sendable (Wire) throws -> Opened
    ) async throws -> (first: [Document], token: Document?, source: LeasedCursor?) {
        let connection = try await connections.lease(attempted)
        do {
            let opened = try await interrupter.run(attempted, on: connection, work)
            guard let cursor = opened.cursor else {
                connections.giveBack(connection)
                return (opened.first, opened.token, nil)
            }
            let source = LeasedCursor(
                cursor, attempted, on: connection, of: connections, interrupter: interrupter)
            return (opened.first, opened.token, source)
        } catch {
            connections.giveBack(connection)
            throw error
        }
    }

    /// A part of a reply that must be there.
    func need<Part>(_ part: Part?, _ key: String, in reply: Document, _ attempted: String) throws(MongoError)
        -> Part
    {
        if let part { return part }
        throw MongoError(
            domain: .protocol, code: 0, reason: "the server's answer has no valid \(key)",
            attempted: attempted,
            serverReply: reply)
    }

    /// Refuses a time that the connection does not wait for.
    private func check(_ maxTime: Duration?, _ attempted: String) throws(MongoError) {
        guard let maxTime, maxTime > settings.socketTimeout else { return }
        throw MongoError(
            domain: .command, code: 0,
            reason: "maxTime \(maxTime) is longer than the connection waits, \(settings.socketTimeout)",
            attempted: attempted)
    }

    private static func stages(_ pipeline: [Document]) -> Document {
        var writer = DocumentWriter()
        writer.append("pipeline", documents: pipeline)
        return writer.finish()
    }
}
