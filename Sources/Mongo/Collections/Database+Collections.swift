public import Documents

extension Database {
    /// Makes a collection unless it is there.
    ///
    /// - Parameter options: of the command `create`. They do not change a collection that is there.
    public func createCollection(_ collection: String, options: Document = Document()) async throws {
        var writer = DocumentWriter()
        writer.append("create", string: collection)
        writer.append(contentsOf: options.view)
        do {
            try await change(writer)
        } catch let error as MongoError where error.code == ServerCode.namespaceExists.rawValue {
            return
        }
    }

    /// Removes a collection with everything in it, if it is there.
    public func dropCollection(_ collection: String) async throws {
        var writer = DocumentWriter()
        writer.append("drop", string: collection)
        do {
            try await change(writer)
        } catch let error as MongoError where error.code == ServerCode.namespaceNotFound.rawValue {
            return
        }
    }

    /// Removes the whole database.
    public func drop() async throws {
        var writer = DocumentWriter()
        writer.append("dropDatabase", int32: 1)
        try await change(writer)
    }

    /// The names of the collections and views, sorted.
    public func listCollectionNames() async throws -> [String] {
        let attempted = "list the collections of \(name)"
        let cursor = try await openCursor(attempted, nil, firstRead: nil) { [name] wire in
            try wire.collections(of: name, options: ["nameOnly": true])
        }
        var names: [String] = []
        for try await description in cursor {
            names.append(try need(description.string(at: "name"), "name", in: description, attempted))
        }
        return names.sorted()
    }

    /// Makes indexes unless they are there, and the collection too.
    ///
    /// Takes as long as the server takes to build them; `socketTimeout` must be longer. A build goes on in the server
    /// where a connection is given up.
    ///
    /// - Throws: also where another index has a name or keys of these but is different.
    public func createIndexes(_ collection: String, _ indexes: [Index]) async throws {
        if indexes.isEmpty { return }
        var writer = DocumentWriter()
        writer.append("createIndexes", string: collection)
        writer.append("indexes", documents: indexes.map(\.document))
        try await change(writer)
    }

    /// The indexes of a collection; none where it is not there.
    public func listIndexes(_ collection: String) async throws -> [Index] {
        // A collection has at most 64 indexes, which one answer holds.
        let command: Document = ["listIndexes": .string(collection), "cursor": ["batchSize": 1000]]
        do {
            let reply = try await run(command: command, readOnly: true)
            let attempted = "list the indexes of \(collection)"
            let batch = try need(
                reply.array(at: "cursor.firstBatch"), "cursor.firstBatch", in: reply, attempted)
            return try batch.map { entry in
                try need(entry.document.flatMap(Index.init(description:)), "index", in: reply, attempted)
            }
        } catch let error as MongoError where error.code == ServerCode.namespaceNotFound.rawValue {
            return []
        }
    }

    /// Removes an index by its name, if it is there.
    public func dropIndex(_ collection: String, name: String) async throws {
        var writer = DocumentWriter()
        writer.append("dropIndexes", string: collection)
        writer.append("index", string: name)
        do {
            try await change(writer)
        } catch let error as MongoError
            where [.namespaceNotFound, .indexNotFound].contains(ServerCode(rawValue: error.code))
        {
            return
        }
    }

    private func change(_ command: consuming DocumentWriter) async throws {
        command.append("writeConcern", document: settings.writeConcern.document)
        _ = try await run(command: command.finish())
    }
}
