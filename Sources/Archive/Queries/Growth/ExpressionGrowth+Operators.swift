import Documents

extension ExpressionGrowth {
    /// What an operator gives.
    mutating func apply(
        _ rule: GrowthRule, to element: Element, _ scope: Scope, at outer: QueryPlace
    ) throws(RequestError) -> Extent {
        let place = outer.then(element.key)
        switch rule {
        case .scalar, .walk, .comparison, .comparisonOfSets, .membership, .size, .textLength, .textSearch:
            return scalar(rule, try arguments(element, scope, at: place, rule.hasNamedArguments))
        case .sum, .product, .quotient, .remainder, .rounding, .statistics:
            return arithmetic(rule, try arguments(element, scope, at: place), element)
        case .extreme, .elementOfArray, .order, .someElements, .concatenation, .intersection:
            return selection(
                rule, try arguments(element, scope, at: place, rule.hasNamedArguments), element)
        case .text, .partOfText, .replacement, .split, .dateText, .conversion, .regularExpressionFind:
            return texts(rule, try arguments(element, scope, at: place, rule.hasNamedArguments))
        case .map: return try map(element, scope, at: outer)
        case .filter: return try filter(element, scope, at: outer)
        case .reduce: return try reduce(element, scope, at: outer)
        case .binding: return try bind(element, scope, at: place)
        case .condition, .cases, .alternative: return try choice(rule, element, scope, at: place)
        case .range: return range(try arguments(element, scope, at: place), element)
        case .zip: return zip(try arguments(element, scope, at: place, true))
        case .merge, .pairsToDocument, .documentToPairs, .fieldGet, .fieldSet, .fieldUnset:
            let arguments = try arguments(element, scope, at: place, rule.hasNamedArguments)
            return fields(rule, arguments, element, scope)
        case .dateParts:
            _ = try arguments(element, scope, at: place)
            hold(GrowthLimits.document + 10 * GrowthLimits.field)
            return .document(["parts": Extent(values: 10, number: .infinity)])
        case .percentiles:
            let arguments = try arguments(element, scope, at: place, true)
            steps += arguments.values
            let length = arguments.named("p").length
            hold(GrowthLimits.list + GrowthLimits.element * length)
            return .list(of: .anyNumber, length: length)
        }
    }

    /// What an operator is given: a list, fields by their names, or one value.
    struct Arguments {
        /// In their order.
        var all: [Extent] = []
        /// By their names, where they have some.
        var names: [String: Extent] = [:]

        /// The one in a place.
        subscript(index: Int) -> Extent { index < all.count ? all[index] : .small }

        /// The one of a name.
        func named(_ name: String) -> Extent { names[name] ?? .small }

        /// All values in them.
        var values: Double { all.reduce(0) { $0 + $1.values } }

        /// The bytes of all texts in them.
        var text: Double { all.reduce(0) { $0 + $1.text } }
    }

    /// Evaluates what an operator is given.
    /// - Parameter hasNames: whether an object is the arguments by their names, and not one argument.
    private mutating func arguments(
        _ element: Element, _ scope: Scope, at place: QueryPlace, _ hasNames: Bool = false
    ) throws(RequestError) -> Arguments {
        var arguments = Arguments()
        if let list = element.array {
            for inner in list.elements {
                arguments.all.append(try evaluate(inner, scope, at: place.then(inner.key)))
            }
        } else if let object = element.object, hasNames, object.first?.isOperator == false {
            for inner in object.elements {
                let argument = try evaluate(inner, scope, at: place.then(inner.key))
                arguments.all.append(argument)
                arguments.names[inner.key] = argument
            }
        } else {
            arguments.all.append(try evaluate(element, scope, at: place))
        }
        return arguments
    }

    private mutating func scalar(_ rule: GrowthRule, _ arguments: Arguments) -> Extent {
        switch rule {
        case .scalar(let most): return .number(most)
        case .walk:
            steps += arguments.values
            return .anyNumber
        case .comparison:
            steps += min(arguments[0].values, arguments[1].values)
            return .number(1)
        case .comparisonOfSets:
            steps += Self.sorting(arguments.values)
            return .number(1)
        case .membership(let place):
            let (list, value) = (arguments[place], arguments[1 - place])
            // Elements that differ in their type or their first field are told apart at once; these may not.
            steps += list.length + min(list.values, list.length * value.values)
            return .number(list.length)
        case .size: return .number(arguments[0].length)
        case .textLength:
            steps += arguments.text / 16
            return .number(arguments[0].text)
        default:
            steps += arguments.text
            return .number(max(1, arguments.text))
        }
    }

    /// Steps to sort so many values.
    static func sorting(_ values: Double) -> Double {
        values * max(1, values.exponentOf2)
    }

    private mutating func range(_ arguments: Arguments, _ element: Element) -> Extent {
        let bounds = element.array.map { Array($0.elements) } ?? []
        func literal(_ index: Int) -> Double? { index < bounds.count ? bounds[index].double : nil }
        let (start, end) = (arguments[0].number, arguments[1].number)
        let way: Double
        if let first = literal(0), let last = literal(1) {
            way = abs(last - first)
        } else if let first = literal(0), literal(2) ?? 1 > 0 {
            way = max(0, end - first)
        } else {
            way = start + end
        }
        var length = 1 + way
        if let step = literal(2), step != 0 { length = 1 + way / abs(step) }
        // What is not known MongoDB bounds itself.
        if !(length <= 4_294_967_296) { length = GrowthLimits.mostNumbers }
        steps += length
        hold(GrowthLimits.list + GrowthLimits.element * length)
        let number = max(start, end)
        return .list(of: .number(number.isNaN ? .infinity : number), length: length)
    }

    private mutating func zip(_ arguments: Arguments) -> Extent {
        guard let inputs = arguments.names["inputs"] else { return .small }
        // As many arrays as `inputs` has elements, each as long as the longest.
        let list = inputs.element
        let (count, length) = (inputs.length, list.length)
        var element = list.element
        element.join(arguments.named("defaults").element)
        steps += count * length
        hold(GrowthLimits.list * (1 + length) + GrowthLimits.element * length * (1 + count))
        return .list(of: .list(of: element, length: count), length: length)
    }
}

extension Double {
    /// The logarithm to the base of 2, rounded up; 0 for what is less than 1.
    fileprivate var exponentOf2: Double { self > 1 && isFinite ? Double(exponent) + 1 : 0 }
}
