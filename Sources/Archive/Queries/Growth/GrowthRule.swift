/// How large what an operator gives can be, by its arguments.
///
/// Each operator of `QueryOperators.expressions` has one; what has none is refused.
enum GrowthRule {
    /// A number, truth value or date, however large the arguments; a number of this size at most.
    case scalar(Double)
    /// A scalar that is found by walking through the arguments.
    case walk
    /// A scalar that is found by walking through the smaller of two arguments.
    case comparison
    /// A scalar that is found by comparing all elements of the arguments with one another, sorted.
    case comparisonOfSets
    /// A scalar that is found by comparing the elements of an array with a value: which of the arguments is the array.
    case membership(array: Int)
    /// The number of elements of an array.
    case size
    /// A number that is at most the bytes of a text.
    case textLength
    /// A number that is found by looking for a text in another.
    case textSearch
    /// The sum of the arguments, or their difference.
    case sum
    case product, quotient, remainder
    /// The argument rounded or converted to another type, or its root.
    case rounding
    /// What statistics make of the arguments, or of the elements of one: a number; the sum where that is what they make.
    case statistics(isSum: Bool)
    /// The largest or smallest of the arguments, or of the elements of one.
    case extreme
    /// One element of an array.
    case elementOfArray
    /// The elements of an array in another order.
    case order(isSorted: Bool)
    /// Some of the elements of an array: their number is an argument, by its place or its name.
    case someElements(count: SomeElements)
    /// Arrays one after the other, or the elements of two sets.
    case concatenation(isSet: Bool)
    /// The elements of the first array that are in the second, or not.
    case intersection
    case zip, range
    case map, filter, reduce, binding
    case condition, cases, alternative
    /// Texts one after the other.
    case text
    /// A text that is no longer than that in the argument.
    case partOfText
    case replacement, split, dateText, conversion
    case regularExpressionFind(isEvery: Bool)
    /// A document of a few numbers.
    case dateParts
    case percentiles
    case merge, pairsToDocument, documentToPairs, fieldGet, fieldSet, fieldUnset

    /// How operators say how many elements they take.
    enum SomeElements {
        /// `$slice`'s last argument.
        case lastArgument
        /// The field `n`.
        case n
    }
}

extension GrowthRule {
    /// The rules of all operators of expressions.
    static let expressions: [String: GrowthRule] = {
        var rules: [String: GrowthRule] = [
            "$add": .sum, "$subtract": .sum, "$multiply": .product, "$divide": .quotient, "$mod": .remainder,
            "$size": .size, "$cmp": .comparison, "$range": .range, "$zip": .zip,
            "$in": .membership(array: 1), "$indexOfArray": .membership(array: 0),
            "$sum": .statistics(isSum: true), "$max": .extreme, "$min": .extreme,
            "$reverseArray": .order(isSorted: false), "$sortArray": .order(isSorted: true),
            "$slice": .someElements(count: .lastArgument), "$concatArrays": .concatenation(isSet: false),
            "$setUnion": .concatenation(isSet: true), "$map": .map, "$filter": .filter, "$reduce": .reduce,
            "$let": .binding, "$cond": .condition, "$switch": .cases, "$ifNull": .alternative,
            "$concat": .text, "$replaceAll": .replacement, "$replaceOne": .replacement, "$split": .split,
            "$dateToString": .dateText, "$convert": .conversion, "$dateToParts": .dateParts,
            "$percentile": .percentiles, "$regexFind": .regularExpressionFind(isEvery: false),
            "$regexFindAll": .regularExpressionFind(isEvery: true), "$mergeObjects": .merge,
            "$arrayToObject": .pairsToDocument, "$objectToArray": .documentToPairs, "$getField": .fieldGet,
            "$setField": .fieldSet, "$unsetField": .fieldUnset,
        ]
        func set(_ rule: GrowthRule, _ names: String...) { for name in names { rules[name] = rule } }
        set(.scalar(1), "$and", "$or", "$not", "$isArray", "$isNumber", "$rand", "$toBool")
        set(
            .scalar(10_000), "$dayOfMonth", "$dayOfWeek", "$dayOfYear", "$hour", "$isoDayOfWeek", "$isoWeek",
            "$isoWeekYear", "$millisecond", "$minute", "$month", "$second", "$week", "$year")
        set(
            .scalar(.infinity), "$acos", "$acosh", "$asin", "$asinh", "$atan", "$atan2", "$atanh", "$bitAnd",
            "$bitNot", "$bitOr", "$bitXor", "$cos", "$cosh", "$dateAdd", "$dateDiff", "$dateFromParts",
            "$dateFromString", "$dateSubtract", "$dateTrunc", "$degreesToRadians", "$exp", "$ln", "$log",
            "$log10", "$median", "$pow", "$radiansToDegrees", "$sin", "$sinh", "$tan", "$tanh", "$toDate",
            "$toObjectId", "$tsIncrement", "$tsSecond")
        set(.walk, "$allElementsTrue", "$anyElementTrue", "$binarySize", "$bsonSize", "$toHashedIndexKey")
        set(.comparison, "$eq", "$gt", "$gte", "$lt", "$lte", "$ne")
        set(.comparisonOfSets, "$setEquals", "$setIsSubset")
        set(.intersection, "$setIntersection", "$setDifference")
        set(.textLength, "$strLenBytes", "$strLenCP")
        set(.textSearch, "$indexOfBytes", "$indexOfCP", "$regexMatch", "$strcasecmp")
        set(
            .rounding, "$abs", "$ceil", "$floor", "$round", "$sqrt", "$toDecimal", "$toDouble", "$toInt",
            "$toLong", "$trunc")
        set(.statistics(isSum: false), "$avg", "$stdDevPop", "$stdDevSamp")
        set(.elementOfArray, "$arrayElemAt", "$first", "$last")
        set(.someElements(count: .n), "$firstN", "$lastN", "$maxN", "$minN")
        set(
            .partOfText, "$ltrim", "$rtrim", "$substr", "$substrBytes", "$substrCP", "$toLower", "$toString",
            "$toUpper", "$trim", "$type")
        return rules
    }()
}

extension GrowthRule {
    /// Whether an object after the operator is its arguments by their names, and not the one argument.
    var hasNamedArguments: Bool {
        switch self {
        case .scalar, .textSearch, .order(isSorted: true), .someElements(count: .n), .zip, .partOfText,
            .replacement, .dateText, .conversion, .regularExpressionFind, .dateParts, .percentiles, .fieldGet,
            .fieldSet, .fieldUnset:
            true
        default: false
        }
    }
}
