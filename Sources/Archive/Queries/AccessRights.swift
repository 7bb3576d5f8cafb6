import Documents

/// What of a collection a user may see.
///
/// Rows of programs that the user has no right to are cut out before anything of the user's is evaluated: of alerts
/// the whole document, of light curves the single points.
struct AccessRights {
    /// The stages before a pipeline of the user's own; none for admins and for collections without programs.
    let stages: [Document]
    /// The condition to merge into a filter, where that is enough.
    let condition: Document?

    /// Whether a filter alone cannot keep the rows out.
    var needsPipeline: Bool { condition == nil && !stages.isEmpty }

    /// - Parameters:
    ///   - user: who asks.
    ///   - catalog: the collection.
    ///   - surveys: the surveys whose collections have programs.
    init(of user: User, to catalog: String, surveys: [Survey]) {
        let programs = Value.list(user.programs.map { .integer($0) })
        if !user.isAdmin, surveys.contains(where: { $0.alerts == catalog }) {
            let condition: Document = ["candidate.programid": ["$in": programs]]
            self.condition = condition
            stages = [["$match": .document(condition)]]
        } else if !user.isAdmin, let survey = surveys.first(where: { $0.auxiliary == catalog }) {
            condition = nil
            var sets = DocumentWriter()
            for rule in survey.histories {
                let visible: Value = [
                    "$filter": [
                        "input": .string("$\(rule.field)"), "cond": ["$in": ["$$this.programid", programs]],
                    ]
                ]
                // A field that is missing stays so: $filter would make it null.
                sets.append(
                    rule.field,
                    ["$cond": [["$isArray": [.string("$\(rule.field)")]], visible, .string("$$REMOVE")]])
            }
            stages = [["$set": .document(sets.finish())]]
        } else {
            condition = nil
            stages = []
        }
    }
}
