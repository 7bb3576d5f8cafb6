/// Writes documents as Extended JSON in one walk over their bytes.
///
/// The documents that are open lie on a stack of its own, not on the thread's: garbage may be deep. Where
/// bytes are not well-formed their document ends, as it does for every reader of them.
struct JSONWriter {
    /// A document that is open while one inside it is being written.
    private struct Level {
        let offset: Int
        let terminator: Int
        let kind: Kind
    }

    /// What closes a document.
    private enum Kind {
        case object, array, scope
    }

    var output: OutputBytes
    let mode: ExtendedJSON.Mode
    private var levels: [Level] = []

    init(output: OutputBytes, mode: ExtendedJSON.Mode) {
        self.output = output
        self.mode = mode
    }

    /// A whole document, which lies from one offset up to another.
    mutating func writeDocument(_ bytes: RawSpan, from start: Int, to end: Int) {
        output.append(UInt8(ascii: "{"))
        writeElements(bytes, from: start + 4, terminator: end - 1, .object)
    }

    /// The value of a document's first element; null if there is none.
    mutating func writeFirstValue(_ bytes: RawSpan) {
        guard let field = Field.at(4, in: bytes, end: bytes.byteCount - 1) else {
            return output.append("null")
        }
        if field.isContainer {
            output.append(UInt8(ascii: field.isOf(.array) ? "[" : "{"))
            writeElements(
                bytes, from: field.firstElement, terminator: field.terminator,
                field.isOf(.array) ? .array : .object)
        } else if let scope = writeScalar(field, bytes) {
            writeElements(bytes, from: scope.lowerBound + 4, terminator: scope.upperBound - 1, .scope)
        }
    }

    /// The elements of an opened document with everything in them, and what closes it.
    private mutating func writeElements(_ bytes: RawSpan, from start: Int, terminator: Int, _ kind: Kind) {
        var level = Level(offset: start, terminator: min(terminator, bytes.byteCount), kind: kind)
        var offset = start
        var isFirst = true
        while true {
            guard let field = Field.at(offset, in: bytes, end: level.terminator) else {
                close(level.kind)
                guard let outer = levels.popLast() else { return }
                level = outer
                offset = outer.offset
                isFirst = false
                continue
            }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            if level.kind != .array { output.append(jsonKey: bytes, field.keyStart..<field.keyEnd) }
            offset = field.valueEnd
            if field.isContainer {
                levels.append(Level(offset: offset, terminator: level.terminator, kind: level.kind))
                let isArray = field.isOf(.array)
                output.append(isArray ? UInt8(ascii: "[") : UInt8(ascii: "{"))
                offset = field.firstElement
                level = Level(offset: offset, terminator: field.terminator, kind: isArray ? .array : .object)
                isFirst = true
            } else if let scope = writeScalar(field, bytes) {
                levels.append(Level(offset: offset, terminator: level.terminator, kind: level.kind))
                offset = scope.lowerBound + 4
                level = Level(offset: offset, terminator: scope.upperBound - 1, kind: .scope)
                isFirst = true
            }
        }
    }

    private mutating func close(_ kind: Kind) {
        switch kind {
        case .object: output.append(UInt8(ascii: "}"))
        case .array: output.append(UInt8(ascii: "]"))
        case .scope: output.append("}}")
        }
    }
}
