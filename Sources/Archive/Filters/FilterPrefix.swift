public import Documents

/// The stages that the system puts before a filter's own: Kowalski's `database.filters`, from what a survey says of
/// itself.
///
/// A filter's stages see alerts without stamps, with `cross_matches` and the histories of their objects: the points of
/// the programs that the filter may see, taken within the survey's window before the alert. An alert whose object has
/// no light curve has null for them.
public enum FilterPrefix {
    /// Which alerts a filter looks at.
    public enum Selection: Sendable {
        /// Alerts that have just come, by their numbers.
        case alerts(candids: [Int64])
        /// Stored alerts, of some objects or taken between two Julian dates, or both. Their light curves go on after
        /// them, so that points which a filter could not have seen are left out.
        case past(objects: [String]?, dates: (from: Double, to: Double)?)
        /// Those that a `$lookup` of alerts has found, seen as `past`.
        case joined
    }

    /// The stages.
    /// - Parameters:
    ///   - survey: whose alerts.
    ///   - permissions: the programs that the filter may see, where the survey has programs.
    ///   - selection: which alerts.
    public static func stages(
        of survey: Survey, permissions: [Int64], _ selection: Selection
    ) -> [Document] {
        let programs = Value.list(permissions.map { .integer($0) })
        let stamps = survey.stamps.fields
        return [
            ["$match": .document(condition(survey, programs, selection))],
            ["$project": .document(fields([stamps.science, stamps.template, stamps.difference], 0))],
            [
                "$lookup": [
                    "from": .string(survey.auxiliary), "localField": .string(survey.fields.objectID),
                    "foreignField": "_id", "as": "aux",
                ]
            ],
            ["$project": .document(view(survey, programs, selection))],
        ]
    }

    private static func condition(_ survey: Survey, _ programs: Value, _ selection: Selection) -> Document {
        var writer = DocumentWriter()
        switch selection {
        case .alerts(let candids):
            let numbers = candids.map { Value.integer($0) }
            writer.append(
                survey.fields.candid, numbers.count == 1 ? numbers[0] : ["$in": .list(numbers)])
        case .past(let objects, let dates):
            if let objects {
                writer.append(survey.fields.objectID, ["$in": .list(objects.map { .string($0) })])
            }
            if let dates {
                writer.append(
                    survey.fields.jd.description, ["$gte": .double(dates.from), "$lte": .double(dates.to)])
            }
        case .joined: break
        }
        if let program = survey.fields.programID { writer.append(program.description, ["$in": programs]) }
        return writer.finish()
    }

    /// What a filter sees of an alert. Stages of users name these fields.
    private static func view(_ survey: Survey, _ programs: Value, _ selection: Selection) -> Document {
        var writer = DocumentWriter()
        writer.append("cross_matches", ["$arrayElemAt": ["$aux.cross_matches", 0]])
        for rule in survey.histories {
            writer.append(
                rule.field,
                [
                    "$filter": [
                        "input": ["$arrayElemAt": [.string("$aux.\(rule.field)"), 0]], "as": "item",
                        "cond": ["$and": .list(pointConditions(survey, rule, programs, selection))],
                    ]
                ])
        }
        writer.append(contentsOf: fields(kept(of: survey), 1).view)
        return writer.finish()
    }

    /// The fields of an alert that are seen as they are, besides `_id`.
    static func kept(of survey: Survey) -> [String] {
        [
            "schemavsn", "publisher", survey.fields.objectID, survey.fields.candid, "candidate",
            "classifications", "coordinates",
        ]
    }

    private static func pointConditions(
        _ survey: Survey, _ rule: HistoryRule, _ programs: Value, _ selection: Selection
    ) -> [Value] {
        let jd = Value.string("$\(survey.fields.jd)")
        var conditions: [Value] = []
        if survey.filterWindow.pointsHavePrograms {
            conditions.append(["$in": ["$$item.programid", programs]])
        }
        conditions.append(
            ["$lt": [["$subtract": [jd, "$$item.jd"]], .integer(survey.filterWindow.days)]])
        // The survey's own mark of forced photometry without faults.
        if rule.merge == .brightestAlert { conditions.append(["$eq": ["$$item.procstatus", "0"]]) }
        if case .alerts = selection { return conditions }
        conditions.append(["$lt": ["$$item.jd", jd]])
        return conditions
    }

    private static func fields(_ names: [String], _ value: Int64) -> Document {
        var writer = DocumentWriter()
        for name in names { writer.append(name, .integer(value)) }
        return writer.finish()
    }
}
