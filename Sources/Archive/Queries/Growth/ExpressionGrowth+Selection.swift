import Documents

extension ExpressionGrowth {
    /// Numbers that are made of numbers.
    mutating func arithmetic(_ rule: GrowthRule, _ arguments: Arguments, _ element: Element) -> Extent {
        let numbers = arguments.all.map(\.number)
        let literal = element.array.map { Array($0.elements) } ?? []
        switch rule {
        case .sum: return .number(numbers.reduce(0, +))
        case .product:
            // Infinite times nothing is not nothing here: it is not known.
            let product = numbers.reduce(1, *)
            return .number(product.isNaN ? .infinity : product)
        case .quotient:
            guard literal.count == 2, let divisor = literal[1].double, divisor != 0 else { return .anyNumber }
            return .number((numbers.first ?? 0) / abs(divisor))
        case .remainder:
            if literal.count == 2, let divisor = literal[1].double { return .number(abs(divisor)) }
            return .anyNumber
        case .rounding:
            // To tens or thousands it may grow.
            if literal.count == 2, literal[1].double.map({ $0 >= 0 }) != true { return .anyNumber }
            return .number((numbers.first ?? 0) + 1)
        case .statistics(let isSum):
            steps += arguments.all.reduce(0) { $0 + 1 + $1.length }
            guard isSum else { return .number(2 * (arguments.all.map(\.innerNumber).max() ?? 0)) }
            if arguments.all.count == 1 {
                let list = arguments[0]
                let sum = max(1, list.length) * list.innerNumber
                return .number(sum.isNaN ? .infinity : sum)
            }
            return .number(numbers.reduce(0, +))
        default: return .anyNumber
        }
    }

    /// What takes elements out of arrays, or puts arrays together.
    mutating func selection(_ rule: GrowthRule, _ arguments: Arguments, _ element: Element) -> Extent {
        let first = arguments[0]
        switch rule {
        case .extreme:
            steps += arguments.values
            var extreme = first
            if arguments.all.count == 1 { extreme.join(first.element) }
            for other in arguments.all.dropFirst() { extreme.join(other) }
            return extreme
        case .elementOfArray: return first.element
        case .order(let isSorted):
            let list = arguments.names["input"] ?? first
            if isSorted { steps += Self.sorting(list.values) }
            return copy(list)
        case .someElements(.lastArgument):
            guard let count = element.array.flatMap({ Array($0.elements).last?.double }) else {
                return copy(first)
            }
            return some(abs(count), of: first)
        case .someElements(.n):
            let list = arguments.named("input")
            steps += Self.sorting(list.values)
            guard let count = element.object?.argument("n")?.double else { return copy(list) }
            return some(abs(count), of: list)
        case .concatenation(let isSet):
            if isSet { steps += Self.sorting(arguments.values) }
            return concatenation(arguments.all)
        default:
            steps += Self.sorting(arguments.values)
            return copy(first)
        }
    }

    /// An array with the same elements.
    private mutating func copy(_ list: Extent) -> Extent {
        let bytes = GrowthLimits.list + GrowthLimits.element * list.length
        steps += list.length / GrowthLimits.copied
        hold(bytes)
        var copy = list
        copy.own += bytes
        return copy
    }

    /// So many elements of an array.
    private mutating func some(_ count: Double, of list: Extent) -> Extent {
        // In a `$reduce` what may stand for its value must not be the smaller one of two.
        if !isReducing || list.inside == .stored, count >= list.length { return copy(list) }
        steps += count / GrowthLimits.copied
        hold(GrowthLimits.list + GrowthLimits.element * count)
        return .list(of: list.element, length: count.rounded(.up))
    }

    /// Arrays one after the other.
    private mutating func concatenation(_ lists: [Extent]) -> Extent {
        var (values, length, own) = (1.0, 0.0, GrowthLimits.list)
        var element: Extent?
        for list in lists {
            values += list.values - 1
            length += list.length
            // What is its own is the array itself, which gives way to the new one, and what is its elements' own.
            own += max(GrowthLimits.element * list.length, list.own - GrowthLimits.list)
            element = element?.joined(list.element) ?? list.element
        }
        steps += length / GrowthLimits.copied
        hold(GrowthLimits.list + GrowthLimits.element * length)
        return .list(of: element ?? .small, length: length, values: values, own: own)
    }
}

extension DocumentView {
    /// The argument of a name: the last, where there are several.
    func argument(_ name: String) -> Element? {
        var found: Element?
        for element in elements where element.key == name { found = element }
        return found
    }
}
