import Documents

/// What is done with the value of a cell before it becomes part of a document.
struct CellRules: Sendable {
    let nulls: Set<[UInt8]>
    private let longestNull: Int
    private let sentinels: [Double]

    init(_ layout: TableLayout) {
        nulls = Set(layout.nulls.map { Array($0.utf8) })
        longestNull = nulls.map(\.count).max() ?? 0
        sentinels = layout.sentinels
    }

    /// Whether a text says that there is no value. Empty texts always do.
    func isNull(_ text: ArraySlice<UInt8>) -> Bool {
        text.isEmpty || (text.count <= longestNull && nulls.contains { $0.elementsEqual(text) })
    }

    /// Whether a number stands for no value. NaN always does.
    func isNull(_ number: Double) -> Bool {
        number.isNaN || (!sentinels.isEmpty && sentinels.contains(number))
    }

    /// Writes a cell's text as a value of a type; nothing where it means null.
    func append(
        _ text: ArraySlice<UInt8>, _ name: String, _ type: ColumnType, to writer: inout DocumentWriter
    ) throws(CellFault) {
        if isNull(text) { return }
        switch type {
        case .int:
            guard let number = CellReading.integer(text) else { throw fault(text, name, type) }
            if isNull(Double(number)) { return }
            writer.append(name, .integer(number))
        case .double:
            guard let number = CellReading.double(text) else { throw fault(text, name, type) }
            if isNull(number) { return }
            writer.append(name, double: number)
        case .string:
            guard let string = CellReading.string(text) else { throw fault(text, name, type) }
            writer.append(name, string: string)
        case .bool:
            guard let flag = CellReading.bool(text) else { throw fault(text, name, type) }
            writer.append(name, bool: flag)
        }
    }

    /// A value of a file with types of its own as a column is to have it; nil where it means null.
    /// - Parameter type: nil to leave it as it is.
    func value(_ value: Value, _ name: String, _ type: ColumnType?) throws(CellFault) -> Value? {
        switch value {
        case .null, .undefined: return nil
        case .string(let text):
            let text = CellReading.trimmed(Array(text.utf8)[...])
            if isNull(text) { return nil }
            guard let type, type != .string else { return .string(String(decoding: text, as: UTF8.self)) }
            var writer = DocumentWriter()
            try append(text, name, type, to: &writer)
            return writer.finish().elements.first { _ in true }?.value
        case .int32, .int64, .double:
            if let number = value.double, isNull(number) { return nil }
            return try converted(value, name, type)
        case .bool(let flag):
            guard let type, type != .bool else { return value }
            guard type == .string else { throw CellFault(name, "\(flag)", type) }
            return .string("\(flag)")
        default: return value
        }
    }

    /// A number as a column is to have it.
    private func converted(_ value: Value, _ name: String, _ type: ColumnType?) throws(CellFault) -> Value {
        switch (type, value) {
        case (nil, _), (.double, .double): return value
        case (.double, _): return .double(value.double ?? .nan)
        case (.int, _):
            guard let number = value.int64 else { throw CellFault(name, "\(value.double ?? .nan)", .int) }
            return .integer(number)
        case (.string, .double(let number)): return .string("\(number)")
        case (.string, _): return .string(value.int64.map(String.init) ?? "")
        case (.bool, _): throw CellFault(name, "\(value.double ?? .nan)", .bool)
        }
    }

    private func fault(_ text: ArraySlice<UInt8>, _ name: String, _ type: ColumnType) -> CellFault {
        CellFault(name, String(decoding: text.prefix(200), as: UTF8.self), type)
    }
}
