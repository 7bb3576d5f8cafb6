/// The words of pipelines that bytes choose from.
enum PipelineWords {
    static let stages = words(
        "$match $project $addFields $set $unset $unwind $group $sort $limit $skip $count $replaceRoot $replaceWith "
            + "$facet $sortByCount")

    static let conditions = words(
        "$eq $ne $gt $gte $lt $lte $in $nin $exists $type $size $all $elemMatch $mod $regex $not $expr $bitsAllSet "
            + "$bitsAnyClear $geoWithin $jsonSchema")

    static let accumulators = words(
        "$sum $avg $min $max $first $last $push $addToSet $stdDevPop $stdDevSamp $mergeObjects $count $firstN $topN"
    )

    static let operators = words(
        "$abs $acos $acosh $add $allElementsTrue $and $anyElementTrue $arrayElemAt $arrayToObject $asin $asinh $atan "
            + "$atan2 $atanh $avg $binarySize $bsonSize $ceil $cmp $concat $concatArrays $cond $cos $cosh $dayOfMonth "
            + "$dayOfWeek $dayOfYear $degreesToRadians $divide $eq $exp $first $floor $getField $gt $gte $hour $ifNull "
            + "$in $indexOfArray $indexOfBytes $indexOfCP $isArray $isNumber $isoDayOfWeek $isoWeek $isoWeekYear $last "
            + "$ln $log $log10 $lt $lte $max $mergeObjects $millisecond $min $minute $mod $month $multiply $ne $not "
            + "$objectToArray $or $pow $radiansToDegrees $range $reverseArray $round $second $setDifference $setEquals "
            + "$setIntersection $setIsSubset $setUnion $sin $sinh $size $slice $split $sqrt $stdDevPop $stdDevSamp "
            + "$strLenBytes $strLenCP $strcasecmp $substr $substrBytes $substrCP $subtract $sum $tan $tanh $toBool "
            + "$toDate $toDouble $toInt $toLong $toLower $toObjectId $toString $toUpper $trunc $tsIncrement $tsSecond "
            + "$type $week $year")

    static let namedOperators: [(String, [String])] = [
        ("$map", ["input", "as", "in"]), ("$filter", ["input", "as", "cond", "limit"]),
        ("$reduce", ["input", "initialValue", "in"]), ("$zip", ["inputs", "useLongestLength", "defaults"]),
        ("$sortArray", ["input", "sortBy"]), ("$maxN", ["input", "n"]), ("$minN", ["input", "n"]),
        ("$firstN", ["input", "n"]), ("$lastN", ["input", "n"]), ("$cond", ["if", "then", "else"]),
        ("$convert", ["input", "to", "onError", "onNull"]), ("$trim", ["input", "chars"]),
        ("$ltrim", ["input", "chars"]), ("$rtrim", ["input", "chars"]),
        ("$replaceOne", ["input", "find", "replacement"]), ("$replaceAll", ["input", "find", "replacement"]),
        ("$regexMatch", ["input", "regex", "options"]), ("$regexFind", ["input", "regex", "options"]),
        ("$regexFindAll", ["input", "regex", "options"]), ("$getField", ["field", "input"]),
        ("$setField", ["field", "input", "value"]), ("$switch", ["branches", "default"]),
        ("$let", ["vars", "in"]),
        ("$dateAdd", ["startDate", "unit", "amount", "timezone"]),
        ("$dateSubtract", ["startDate", "unit", "amount", "timezone"]),
        ("$dateDiff", ["startDate", "endDate", "unit", "timezone", "startOfWeek"]),
        ("$dateTrunc", ["date", "unit", "binSize", "timezone", "startOfWeek"]),
        (
            "$dateFromParts", ["year", "month", "day", "hour", "minute", "second", "millisecond", "timezone"]
        ),
        ("$dateFromParts", ["isoWeekYear", "isoWeek", "isoDayOfWeek", "second", "timezone"]),
        ("$dateToParts", ["date", "timezone", "iso8601"]),
        ("$dateFromString", ["dateString", "format", "timezone", "onError"]),
        ("$dateToString", ["date", "format", "timezone", "onNull"]), ("$hour", ["date", "timezone"]),
    ]

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
