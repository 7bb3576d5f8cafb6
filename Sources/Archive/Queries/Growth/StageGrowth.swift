/// What a stage makes of documents, as far as they can grow by it. Each of `QueryOperators.stages` has one.
enum StageGrowth {
    /// Documents as they were, or fewer; at most as many as the stage says.
    case filter, limit, sample, skip
    /// Documents as they were, walked through.
    case order
    case fields, projection, removal, root, redaction
    case group, buckets, countByValue, count
    case unwinding, facets, join, recursiveJoin, windows
    case positions, densification, filling

    /// The rules of all stages.
    static let stages: [String: StageGrowth] = [
        "$match": .filter, "$limit": .limit, "$sample": .sample, "$skip": .skip, "$sort": .order,
        "$addFields": .fields, "$set": .fields, "$project": .projection, "$unset": .removal,
        "$replaceRoot": .root, "$replaceWith": .root, "$redact": .redaction, "$group": .group,
        "$bucket": .buckets, "$bucketAuto": .buckets, "$sortByCount": .countByValue, "$count": .count,
        "$unwind": .unwinding, "$facet": .facets, "$lookup": .join, "$graphLookup": .recursiveJoin,
        "$setWindowFields": .windows, "$geoNear": .positions, "$densify": .densification, "$fill": .filling,
    ]
}

/// What an accumulator makes of many values. Each of `QueryOperators.accumulators` and `windows` has one.
enum AccumulatorGrowth {
    /// A number.
    case number
    /// An array of all values.
    case all
    /// One of the values.
    case one
    /// The field `output` of one.
    case output
    /// An array of so many of the values as the field `n` says.
    case some
    /// The same of the field `output`.
    case someOutputs
    /// One document.
    case document
    /// An array of as many numbers as the field `p` has.
    case percentiles

    /// The rules of all accumulators.
    static let accumulators: [String: AccumulatorGrowth] = [
        "$addToSet": .all, "$push": .all, "$avg": .number, "$count": .number, "$sum": .number,
        "$median": .number, "$stdDevPop": .number, "$stdDevSamp": .number, "$first": .one, "$last": .one,
        "$max": .one, "$min": .one, "$top": .output, "$bottom": .output, "$firstN": .some, "$lastN": .some,
        "$maxN": .some, "$minN": .some, "$topN": .someOutputs, "$bottomN": .someOutputs,
        "$mergeObjects": .document, "$percentile": .percentiles, "$covariancePop": .number,
        "$covarianceSamp": .number, "$denseRank": .number, "$derivative": .number, "$documentNumber": .number,
        "$expMovingAvg": .number, "$integral": .number, "$linearFill": .number, "$rank": .number,
        "$locf": .one, "$shift": .output,
    ]
}
