import Documents

extension Survey {
    /// The Zwicky Transient Facility; packets of schema 3.3 and 4.x.
    public static let ztf = Survey(
        name: "ZTF",
        alerts: "ZTF_alerts",
        auxiliary: "ZTF_alerts_aux",
        fields: Fields(
            candid: "candid", objectID: "objectId", jd: "candidate.jd", ra: "candidate.ra",
            dec: "candidate.dec",
            magnitude: "candidate.magpsf", detections: "candidate.ndethist",
            firstDetection: "candidate.jdstarthist"),
        histories: [
            HistoryRule(field: "prv_candidates", merge: .distinct),
            HistoryRule(field: "fp_hists", sentinel: -99999, merge: .brightestAlert),
        ],
        topic: "ztf_{date}_programid{programid}",
        programs: [1, 2, 3])
}
