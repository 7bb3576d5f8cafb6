import Documents

/// The fields of a document with their types, in its order.
struct FieldList {
    /// `{name, type}` of each field; the name is the dotted path and the type MongoDB's name of it.
    private(set) var documents: [Document] = []
    private var known: Set<String> = []

    /// How many fields are listed at most, and how deep they may lie.
    private static let (most, deepest) = (5_000, 12)
    /// Elements of an array that are looked at: its documents need not have the same fields.
    private static let elements = 50

    init(of document: Document) { add(document.view, below: "", depth: 0) }

    private mutating func add(_ view: DocumentView, below prefix: String, depth: Int) {
        for element in view.elements {
            let name = prefix + element.key
            guard documents.count < Self.most else { return }
            if known.insert(name).inserted {
                documents.append(["name": .string(name), "type": .string(element.type.alias)])
            }
            guard let inner = element.view, depth < Self.deepest else { continue }
            if element.type == .document {
                add(inner, below: name + ".", depth: depth + 1)
            } else {
                for item in inner.elements.prefix(Self.elements) where item.type == .document {
                    if let fields = item.view { add(fields, below: name + ".", depth: depth + 1) }
                }
            }
        }
    }
}

extension ElementType {
    /// MongoDB's name of the type, as `$type` takes it.
    fileprivate var alias: String {
        switch self {
        case .double: "double"
        case .string: "string"
        case .document: "object"
        case .array: "array"
        case .binary: "binData"
        case .undefined: "undefined"
        case .objectID: "objectId"
        case .bool: "bool"
        case .datetime: "date"
        case .null: "null"
        case .regularExpression: "regex"
        case .dbPointer: "dbPointer"
        case .javaScript: "javascript"
        case .symbol: "symbol"
        case .javaScriptWithScope: "javascriptWithScope"
        case .int32: "int"
        case .timestamp: "timestamp"
        case .int64: "long"
        case .decimal128: "decimal"
        case .minKey: "minKey"
        case .maxKey: "maxKey"
        }
    }
}
