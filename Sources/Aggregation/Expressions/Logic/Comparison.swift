import Documents

extension Operator {
    /// Operators that compare.
    static let comparison: [Operator] = [
        relation("$eq", .equal), relation("$ne", .notEqual), relation("$gt", .greater),
        relation("$gte", .greaterOrEqual), relation("$lt", .less), relation("$lte", .lessOrEqual),
        .binary("$cmp") { left, right throws(Failure) in
            .int32(Int32((try Datum.compare(left, right)).signum()))
        },
    ]

    private static func relation(_ name: String, _ relation: Relation) -> Operator {
        Operator(name) { compiler, argument, place throws(CompileError) in
            let arguments = try compiler.arguments(argument, count: 2...2, of: name, place)
            if let field = arguments[0] as? FieldReference, let constant = arguments[1] as? Constant,
                let comparison = FieldComparison(field, relation, constant)
            {
                return comparison
            }
            if let constant = arguments[0] as? Constant, let field = arguments[1] as? FieldReference,
                let comparison = FieldComparison(field, relation.mirrored, constant)
            {
                return comparison
            }
            return try compiler.fold(
                Comparison(relation: relation, left: arguments[0], right: arguments[1]), arguments, place)
        }
    }
}

/// Two values of any type, compared.
struct Comparison: Condition {
    let relation: Relation
    let left: any Expression
    let right: any Expression

    func holds(_ run: inout Run) throws(Failure) -> Bool {
        try run.spend()
        let first = try left.value(&run)
        return relation.holds(try Datum.compare(first, try right.value(&run)))
    }
}

/// A field compared with a constant number: what filters do most.
struct FieldComparison: Condition {
    let field: FieldReference
    let relation: Relation
    let number: Double
    let constant: Constant

    /// Nil where the constant is not a number, NaN, or none that a double can be.
    init?(_ field: FieldReference, _ relation: Relation, _ constant: Constant) {
        switch constant.datum {
        case .int32(let integer): number = Double(integer)
        case .int64(let integer):
            guard let exact = Double(exactly: integer) else { return nil }
            number = exact
        case .double(let double):
            if double.isNaN { return nil }
            number = double
        default: return nil
        }
        self.field = field
        self.relation = relation
        self.constant = constant
    }

    func holds(_ run: inout Run) throws(Failure) -> Bool {
        try run.spend()
        switch try field.value(&run) {
        case .double(let value): return relation.holds(value, number)
        case .int32(let value): return relation.holds(Double(value), number)
        case let value: return relation.holds(try Datum.compare(value, constant.datum))
        }
    }
}
