import Documents

extension Survey {
    /// TURBO, the Total-Coverage Ultra-fast Response to Binary Mergers Observatory; packets of schema 0.1.
    public static let turbo = Survey(
        name: "TURBO",
        alerts: "TURBO_alerts",
        auxiliary: "TURBO_alerts_aux",
        classifications: "TURBO_alerts_classifications",
        fields: Fields(
            candid: "candid", objectID: "objectId", programID: "candidate.programid", jd: "candidate.jd",
            ra: "candidate.ra", dec: "candidate.dec", magnitude: "candidate.magpsf",
            detections: "candidate.ndethist", firstDetection: "candidate.jdstarthist"),
        histories: [HistoryRule(field: "prv_candidates", merge: .distinct)],
        topic: "turbo_{date}",
        programs: [],
        stamps: Stamps(
            fields: ("cutoutScience", "cutoutTemplate", "cutoutDifference"), isNamed: false,
            orientation: .northUp),
        furtherIndexes: infraredIndexes,
        filterWindow: FilterWindow(days: 365, pointsHavePrograms: false))
}
