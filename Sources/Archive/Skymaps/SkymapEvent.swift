import Documents
import Sky
import Skymaps

extension StoredSkymaps {
    /// The event that a map belongs to: what the request says, and what the notice in it does.
    struct Event {
        private let time: UTCTime
        private let trigger: Value?
        private let aliases: [String]

        /// - Throws: `RequestError` where neither says when it was.
        init(_ request: SkymapRequest) throws(RequestError) {
            var time = request.time
            var trigger = request.trigger
            var aliases = request.aliases
            if case .event(let notice) = request.source {
                time = time ?? notice.time
                trigger = notice.trigger.map { .int64($0) } ?? trigger
                aliases += notice.aliases.filter { !aliases.contains($0) }
            }
            guard let time else {
                throw RequestError(
                    .value,
                    "dateobs is required, either in the request body or in the VOEvent file if provided")
            }
            self.time = time
            self.trigger = trigger
            self.aliases = aliases
        }

        /// `2023-06-23 15:42:26`, as Python prints a datetime.
        var timeText: String { SkymapTime.text(time, separator: " ") }

        /// What a map of this event and of a name has.
        func filter(name: String) -> Document {
            var same: [Value] = [["dateobs": .datetime(time.milliseconds)]]
            if let trigger { same.append(["triggerid": ["$in": .list(SkymapLookup.alternatives(trigger))]]) }
            if !aliases.isEmpty {
                let texts = aliases.map { Value.string($0) }
                same.append(
                    [
                        "$and": [
                            ["aliases": ["$all": .list(texts)]],
                            ["aliases": ["$size": .integer(Int64(texts.count))]],
                        ]
                    ])
            }
            return ["localization_name": .string(name), "$or": .list(same)]
        }

        /// The document of a map.
        func document(_ name: String, _ contours: Document) -> Document {
            var writer = DocumentWriter(capacity: contours.bytes.count + 1024)
            writer.append("dateobs", .datetime(time.milliseconds))
            writer.append("aliases", .list(aliases.map { .string($0) }))
            writer.append("contours", document: contours)
            writer.append("localization_name", string: name)
            if let trigger { writer.append("triggerid", trigger) }
            return writer.finish()
        }

        /// What the client is told of it.
        func data(_ name: String, _ levels: [ContourLevel]) -> Document {
            [
                "dateobs": .string(SkymapTime.text(time)), "localization_name": .string(name),
                "contours": .list(levels.map(\.value)),
            ]
        }
    }
}

extension SkymapTime {
    /// A stored time as Python's `isoformat` has it.
    static func text(milliseconds: Int64) -> String { text(UTCTime(milliseconds: milliseconds)) }
}
