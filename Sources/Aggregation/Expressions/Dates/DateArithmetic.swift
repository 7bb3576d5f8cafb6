extension Operator {
    /// Operators that reckon with dates.
    static let dateArithmetic: [Operator] =
        DateAddition.named + [DateDifference.named, DateTruncation.named, DateFromParts.named]
}
