public import Documents

/// One of the writes of a bulk.
public enum WriteOperation: Sendable {
    /// Stores a document; without an `_id` it gets an ObjectId.
    case insertOne(Document)

    /// Changes the first document that matches.
    ///
    /// `arrayFilters` say what `$[name]` means; `hint` is an index's name or keys.
    case updateOne(
        filter: Document, update: Update, upsert: Bool = false, arrayFilters: [Document] = [],
        hint: Value? = nil)

    /// Changes all documents that match. Not done again where a connection breaks: the caller does that.
    case updateMany(
        filter: Document, update: Update, upsert: Bool = false, arrayFilters: [Document] = [],
        hint: Value? = nil)

    /// Puts another document in the place of the first that matches; it keeps its `_id`.
    case replaceOne(filter: Document, replacement: Document, upsert: Bool = false, hint: Value? = nil)

    /// Removes the first document that matches.
    case deleteOne(filter: Document, hint: Value? = nil)

    /// Removes all documents that match. Not done again where a connection breaks: the caller does that.
    case deleteMany(filter: Document, hint: Value? = nil)

    /// What to change.
    public enum Update: Sendable {
        /// Update operators, `{$set: …}`.
        case operators(Document)
        /// An aggregation pipeline over the document as it is.
        case pipeline([Document])

        /// As libmongoc takes it; an array for a pipeline.
        var document: Document {
            switch self {
            case .operators(let document): return document
            case .pipeline(let stages):
                var writer = DocumentWriter()
                for (index, stage) in stages.enumerated() { writer.append(String(index), document: stage) }
                return writer.finish()
            }
        }
    }

    /// What may share a command. Those that touch many documents are apart, because the server does not let a
    /// command that has one of them be retried.
    enum Kind: Int, CaseIterable, Sendable {
        case insert, update, updateMany, delete, deleteMany
    }

    /// Which command does it.
    var kind: Kind {
        switch self {
        case .insertOne: .insert
        case .updateOne, .replaceOne: .update
        case .updateMany: .updateMany
        case .deleteOne: .delete
        case .deleteMany: .deleteMany
        }
    }

    /// How many bytes it takes in a message, about.
    var byteCount: Int {
        /// `{q:…, u:…, upsert:…, multi:…, hint:…}` around the documents, generously.
        let frame = 256
        switch self {
        case .insertOne(let document): return document.bytes.count
        case .updateOne(let filter, let update, _, let arrayFilters, _),
            .updateMany(let filter, let update, _, let arrayFilters, _):
            return arrayFilters.reduce(frame + filter.bytes.count + update.byteCount) {
                $0 + $1.bytes.count + 16
            }
        case .replaceOne(let filter, let replacement, _, _):
            return frame + filter.bytes.count + replacement.bytes.count
        case .deleteOne(let filter, _), .deleteMany(let filter, _): return frame + filter.bytes.count
        }
    }

    /// What would make the server do something else than the case's name says; nil if nothing does.
    var fault: String? {
        switch self {
        case .updateOne(_, .operators(let update), _, _, _), .updateMany(_, .operators(let update), _, _, _):
            update.beginsWithOperator ? nil : "an update without operators would replace the document"
        case .replaceOne(_, let replacement, _, _):
            replacement.beginsWithOperator
                ? "a replacement that begins with an operator would be an update" : nil
        default: nil
        }
    }

    /// The `_id` it names, to tell it from others in an error.
    var id: Value? {
        switch self {
        case .insertOne(let document): document["_id"]
        case .updateOne(let filter, _, _, _, _), .updateMany(let filter, _, _, _, _),
            .replaceOne(let filter, _, _, _), .deleteOne(let filter, _), .deleteMany(let filter, _):
            filter["_id"]
        }
    }
}

extension WriteOperation.Update {
    /// How many bytes it has.
    var byteCount: Int {
        switch self {
        case .operators(let document): document.bytes.count
        case .pipeline(let stages): stages.reduce(5) { $0 + $1.bytes.count + 12 }
        }
    }
}

extension Document {
    /// Whether the first key begins with `$`, which is how the server tells an update from a replacement.
    fileprivate var beginsWithOperator: Bool { firstKey?.hasPrefix("$") ?? false }
}
