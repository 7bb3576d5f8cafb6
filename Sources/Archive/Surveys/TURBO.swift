import Documents
import Mongo

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
        furtherIndexes: [
            Index(name: "jd_drb_candid", keys: ["candidate.jd": -1, "candidate.drb": -1, "candid": -1]),
            Index(
                name: "jd_drb_ndethist_dmag2mass_isstar_distnearbrstar",
                keys: [
                    "candidate.jd": 1, "candidate.drb": 1, "candidate.ndethist": 1,
                    "candidate.dmag2mass": 1, "candidate.isstar": 1, "candidate.distnearbrstar": 1,
                ]),
            Index(
                name: "jd_scorr_dmag2mass",
                keys: ["candidate.jd": 1, "candidate.scorr": 1, "candidate.dmag2mass": 1]),
        ],
        filterWindow: FilterWindow(days: 365, pointsHavePrograms: false))
}
