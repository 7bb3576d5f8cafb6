internal import CYAML

/// Reads one YAML (hence also JSON) document of settings with libyaml.
///
/// A settings file is small, so every bound is far above what one needs and far below what hurts: depth 32,
/// 100,000 values counting what aliases repeat, one document, UTF-8 only.
struct YAMLParser: ~Copyable {
    private static let depthLimit = 32
    private static let valueLimit = 100_000

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
    private var openAnchors: Set<String> = []
    private var count = 0

    private init() {
        parser = .allocate(capacity: 1)
        // Fails only where memory is out, which Swift does not survive either.
        precondition(yaml_parser_initialize(parser) == 1, "no memory for a YAML parser")
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The document in a text; an empty mapping where there is none.
    static func document(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        var parser = YAMLParser()
        let result: Result<YAMLNode, YAMLError> = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_encoding(parser.parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser.parser, buffer.baseAddress, buffer.count)
            do throws(YAMLError) {
                return .success(try parser.stream())
            } catch {
                // libyaml sees the end of the text on a line after the last one.
                let lines = 1 + bytes.dropLast().count { $0 == UInt8(ascii: "\n") }
                return .failure(YAMLError(line: min(error.line, lines), reason: error.reason))
            }
        }
        return try result.get()
    }

    /// Everything between the start and the end of the input.
    private mutating func stream() throws(YAMLError) -> YAMLNode {
        var document: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
            case YAML_STREAM_END_EVENT:
                return document ?? YAMLNode(content: .mapping([]), line: 1)
            case YAML_DOCUMENT_START_EVENT:
                guard document == nil else {
                    throw YAMLError(line: event.line, reason: "a second document begins")
                }
                document = try value(try next(), depth: 0)
            default: throw YAMLError(line: event.line, reason: "unexpected content")
            }
        }
    }

    /// The value that an event begins.
    private mutating func value(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth < YAMLParser.depthLimit else {
            throw YAMLError(line: event.line, reason: "nested deeper than \(YAMLParser.depthLimit) levels")
        }
        if event.kind == YAML_ALIAS_EVENT { return try alias(event) }
        if event.hasTag { throw YAMLError(line: event.line, reason: "tags are not supported in settings") }
        let before = count
        try add(1, line: event.line)
        if let anchor = event.anchor { openAnchors.insert(anchor) }
        let content: YAMLNode.Content
        switch event.kind {
        case YAML_SCALAR_EVENT: content = .scalar(event.text, isPlain: event.isPlain)
        case YAML_SEQUENCE_START_EVENT: content = .sequence(try sequence(depth: depth))
        case YAML_MAPPING_START_EVENT: content = .mapping(try mapping(depth: depth))
        default: throw YAMLError(line: event.line, reason: "unexpected content")
        }
        let node = YAMLNode(content: content, line: event.line)
        if let anchor = event.anchor {
            openAnchors.remove(anchor)
            anchors[anchor] = (node, count - before)
        }
        return node
    }

    /// The rest of a list.
    private mutating func sequence(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let event = try next()
            if event.kind == YAML_SEQUENCE_END_EVENT { return elements }
            elements.append(try value(event, depth: depth + 1))
        }
    }

    /// The rest of a mapping.
    private mutating func mapping(depth: Int) throws(YAMLError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        while true {
            let event = try next()
            if event.kind == YAML_MAPPING_END_EVENT { return entries }
            let key = try value(event, depth: depth + 1)
            guard case .scalar(let text, let isPlain) = key.content else {
                throw YAMLError(line: event.line, reason: "a key is not text")
            }
            // Ignoring a merge would leave settings out in silence.
            guard text != "<<" || !isPlain else {
                throw YAMLError(line: event.line, reason: "merge keys are not supported in settings")
            }
            let value = try value(try next(), depth: depth + 1)
            entries.append(YAMLNode.Entry(key: text, value: value, line: event.line))
        }
    }

    /// The value that an alias repeats. Its size counts again: sharing makes it cheap to hold, not to walk.
    private mutating func alias(_ event: Event) throws(YAMLError) -> YAMLNode {
        let name = event.anchor ?? ""
        guard !openAnchors.contains(name) else {
            throw YAMLError(line: event.line, reason: "an alias stands inside the value it repeats")
        }
        guard let anchor = anchors[name] else {
            throw YAMLError(line: event.line, reason: "an alias names no anchor before it")
        }
        try add(anchor.size, line: event.line)
        return anchor.node
    }

    /// Counts values against the limit.
    private mutating func add(_ size: Int, line: Int) throws(YAMLError) {
        count += size
        guard count <= YAMLParser.valueLimit else {
            throw YAMLError(line: line, reason: "more than \(YAMLParser.valueLimit) values, aliases counted")
        }
    }

    /// The next event, copied out of libyaml.
    private func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
        defer { yaml_event_delete(&event) }
        return Event(event)
    }

    /// What libyaml found wrong. Its texts are constants, so none repeats a value.
    private func fault() -> YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be read"
        guard parser.pointee.error != YAML_READER_ERROR else {
            return YAMLError(
                line: Int(clamping: parser.pointee.mark.line) + 1,
                reason: "\(problem) at byte \(parser.pointee.problem_offset)")
        }
        let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
        return YAMLError(
            line: Int(clamping: parser.pointee.problem_mark.line) + 1,
            reason: "not YAML: \(context)\(problem)")
    }
}

/// What the reader needs of a libyaml event, as values.
private struct Event {
    let kind: yaml_event_type_t
    let line: Int
    var anchor: String?
    var hasTag = false
    var text = ""
    var isPlain = false

    init(_ event: yaml_event_t) {
        kind = event.type
        line = Int(clamping: event.start_mark.line) + 1
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            anchor = string(scalar.anchor)
            // `!` alone says "text", as quotes do.
            hasTag = scalar.tag != nil && string(scalar.tag) != "!"
            isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
            text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        case YAML_ALIAS_EVENT: anchor = string(event.data.alias.anchor)
        case YAML_SEQUENCE_START_EVENT:
            anchor = string(event.data.sequence_start.anchor)
            hasTag = event.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT:
            anchor = string(event.data.mapping_start.anchor)
            hasTag = event.data.mapping_start.tag != nil
        default: break
        }
    }
}

/// The text behind a C string of libyaml.
private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
}
