import Documents

extension Survey {
    /// Palomar Gattini-IR; packets of schema 0.1, all of them public.
    public static let pgir = Survey(
        name: "PGIR",
        alerts: "PGIR_alerts",
        auxiliary: "PGIR_alerts_aux",
        classifications: "PGIR_alerts_classifications",
        fields: Fields(
            candid: "candid", objectID: "objectId", programID: nil, jd: "candidate.jd",
            ra: "candidate.ra", dec: "candidate.dec", magnitude: "candidate.magpsf",
            detections: "candidate.ndethist", firstDetection: "candidate.jdstarthist"),
        histories: [HistoryRule(field: "prv_candidates", merge: .distinct)],
        topic: "pgir_{date}",
        programs: [],
        stamps: Stamps(
            fields: ("cutoutScience", "cutoutTemplate", "cutoutDifference"), isNamed: false,
            orientation: .mirroredAndTurned),
        furtherIndexes: infraredIndexes)
}
