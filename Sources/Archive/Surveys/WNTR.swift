import Documents
import Mongo

extension Survey {
    /// WINTER, the Wide-field Infrared Transient Explorer; packets of schema 0.1.
    public static let wntr = Survey(
        name: "WNTR",
        alerts: "WNTR_alerts",
        auxiliary: "WNTR_alerts_aux",
        classifications: "WNTR_alerts_classifications",
        fields: Fields(
            candid: "candid", objectID: "objectid", programID: "candidate.programid", jd: "candidate.jd",
            ra: "candidate.ra", dec: "candidate.dec", magnitude: "candidate.magpsf",
            detections: "candidate.ndethist", firstDetection: "candidate.jdstarthist"),
        histories: [HistoryRule(field: "prv_candidates", merge: .distinct)],
        topic: "winter_{date}",
        programs: [],
        stamps: Stamps(
            fields: ("cutout_science", "cutout_template", "cutout_difference"), isNamed: false,
            orientation: .northUp),
        furtherIndexes: [])
}
