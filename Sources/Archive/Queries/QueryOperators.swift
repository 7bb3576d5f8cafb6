/// The operators of MongoDB's language that users may use, by their place: those that compute on the documents at hand
/// and do nothing else.
///
/// They are those of the manuals of MongoDB 6.0 and, where they are as pure, 7.0. Whatever else a server knows is
/// refused, so that a new version brings in nothing unseen.
enum QueryOperators {
    /// What joins filters.
    static let logic: Set<String> = ["$and", "$nor", "$or"]

    /// What may stand in place of a field in a filter and takes no further operators.
    static let filterTerms: Set<String> = ["$comment", "$jsonSchema", "$sampleRate"]

    /// The fields of `$text`.
    static let text: Set<String> = ["$caseSensitive", "$diacriticSensitive", "$language", "$search"]

    /// Conditions on a field that compare with a value.
    static let comparisons: Set<String> = [
        "$bitsAllClear", "$bitsAllSet", "$bitsAnyClear", "$bitsAnySet", "$comment", "$eq", "$exists", "$gt",
        "$gte",
        "$in", "$lt", "$lte", "$maxDistance", "$minDistance", "$mod", "$ne", "$nin", "$options", "$regex",
        "$size",
        "$type", "$uniqueDocs",
    ]

    /// Conditions on a position.
    static let geometry: Set<String> = ["$geoIntersects", "$geoWithin", "$near", "$nearSphere", "$within"]

    /// The shapes of such a condition.
    static let shapes: Set<String> = [
        "$box", "$center", "$centerSphere", "$geometry", "$maxDistance", "$minDistance", "$polygon",
        "$uniqueDocs",
    ]

    /// The fields of a reference to another document, which is a value.
    static let references: Set<String> = ["$db", "$id", "$ref"]

    /// Operators of expressions.
    static let expressions: Set<String> = [
        "$abs", "$acos", "$acosh", "$add", "$allElementsTrue", "$and", "$anyElementTrue", "$arrayElemAt",
        "$arrayToObject", "$asin", "$asinh", "$atan", "$atan2", "$atanh", "$avg", "$binarySize", "$bitAnd",
        "$bitNot",
        "$bitOr", "$bitXor", "$bsonSize", "$ceil", "$cmp", "$concat", "$concatArrays", "$cond", "$convert",
        "$cos",
        "$cosh", "$dateAdd", "$dateDiff", "$dateFromParts", "$dateFromString", "$dateSubtract",
        "$dateToParts",
        "$dateToString", "$dateTrunc", "$dayOfMonth", "$dayOfWeek", "$dayOfYear", "$degreesToRadians",
        "$divide",
        "$eq", "$exp", "$filter", "$first", "$firstN", "$floor", "$getField", "$gt", "$gte", "$hour",
        "$ifNull", "$in",
        "$indexOfArray", "$indexOfBytes", "$indexOfCP", "$isArray", "$isNumber", "$isoDayOfWeek", "$isoWeek",
        "$isoWeekYear", "$last", "$lastN", "$let", "$ln", "$log", "$log10", "$lt", "$lte", "$ltrim", "$map",
        "$max",
        "$maxN", "$median", "$mergeObjects", "$millisecond", "$min", "$minN", "$minute", "$mod", "$month",
        "$multiply",
        "$ne", "$not", "$objectToArray", "$or", "$percentile", "$pow", "$radiansToDegrees", "$rand", "$range",
        "$reduce", "$regexFind", "$regexFindAll", "$regexMatch", "$replaceAll", "$replaceOne",
        "$reverseArray",
        "$round", "$rtrim", "$second", "$setDifference", "$setEquals", "$setField", "$setIntersection",
        "$setIsSubset", "$setUnion", "$sin", "$sinh", "$size", "$slice", "$sortArray", "$split", "$sqrt",
        "$stdDevPop", "$stdDevSamp", "$strLenBytes", "$strLenCP", "$strcasecmp", "$substr", "$substrBytes",
        "$substrCP", "$subtract", "$sum", "$switch", "$tan", "$tanh", "$toBool", "$toDate", "$toDecimal",
        "$toDouble",
        "$toHashedIndexKey", "$toInt", "$toLong", "$toLower", "$toObjectId", "$toString", "$toUpper", "$trim",
        "$trunc", "$tsIncrement", "$tsSecond", "$type", "$unsetField", "$week", "$year", "$zip",
    ]

    /// Expressions that give a value for every document, as long as their parts do.
    static let certain: Set<String> = [
        "$and", "$cmp", "$cond", "$eq", "$gt", "$gte", "$ifNull", "$isArray", "$isNumber", "$lt", "$lte",
        "$ne",
        "$not", "$or", "$type",
    ]

    /// The server's variables that tell nothing of the server or of its users.
    static let variables: Set<String> = [
        "CLUSTER_TIME", "CURRENT", "DESCEND", "KEEP", "NOW", "PRUNE", "REMOVE", "ROOT",
    ]

    /// What `$meta` may tell. Not `recordId`: its gaps count the documents that a user may not see.
    static let metadata: Set<String> = [
        "geoNearDistance", "geoNearPoint", "indexKey", "sortKey", "textScore",
    ]

    /// What `$group` and its kin make of many documents.
    static let accumulators: Set<String> = [
        "$addToSet", "$avg", "$bottom", "$bottomN", "$count", "$first", "$firstN", "$last", "$lastN", "$max",
        "$maxN",
        "$median", "$mergeObjects", "$min", "$minN", "$percentile", "$push", "$stdDevPop", "$stdDevSamp",
        "$sum",
        "$top", "$topN",
    ]

    /// What `$setWindowFields` makes of neighbouring documents.
    static let windows: Set<String> = accumulators.subtracting(["$mergeObjects"]).union([
        "$covariancePop", "$covarianceSamp", "$denseRank", "$derivative", "$documentNumber", "$expMovingAvg",
        "$integral", "$linearFill", "$locf", "$rank", "$shift",
    ])

    /// Stages that read only what the caller may read; into `joins` the rights are merged. `$unionWith` is as
    /// forbidden as with Kowalski.
    static let stages: Set<String> = joins.union([
        "$addFields", "$bucket", "$bucketAuto", "$count", "$densify", "$facet", "$fill", "$geoNear", "$group",
        "$limit", "$match", "$project", "$redact", "$replaceRoot", "$replaceWith", "$sample", "$set",
        "$setWindowFields", "$skip", "$sort", "$sortByCount", "$unset", "$unwind",
    ])

    /// Stages that read other collections.
    static let joins: Set<String> = ["$graphLookup", "$lookup"]
}
