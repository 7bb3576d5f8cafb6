import Documents
import Mongo

extension Survey {
    /// The Zwicky Transient Facility; packets of schema 3.3 and 4.x.
    public static let ztf = Survey(
        name: "ZTF",
        alerts: "ZTF_alerts",
        auxiliary: "ZTF_alerts_aux",
        classifications: "ZTF_alerts_classifications",
        fields: Fields(
            candid: "candid", objectID: "objectId", programID: "candidate.programid", jd: "candidate.jd",
            ra: "candidate.ra",
            dec: "candidate.dec",
            magnitude: "candidate.magpsf", detections: "candidate.ndethist",
            firstDetection: "candidate.jdstarthist"),
        histories: [
            HistoryRule(field: "prv_candidates", merge: .distinct),
            HistoryRule(field: "fp_hists", sentinel: -99999, merge: .brightestAlert),
        ],
        topic: "ztf_{date}_programid{programid}",
        programs: [1, 2, 3],
        stamps: Stamps(
            fields: ("cutoutScience", "cutoutTemplate", "cutoutDifference"), isNamed: true,
            orientation: .flipped),
        furtherIndexes: [
            Index(name: "pid", keys: ["candidate.pid": 1]),
            Index(name: "objectId_pid", keys: ["objectId": -1, "candidate.pid": 1]),
            Index(name: "pdiffimfilename", keys: ["candidate.pdiffimfilename": 1]),
            Index(
                name: "jd_programid_programpi",
                keys: ["candidate.jd": 1, "candidate.programid": 1, "candidate.programpi": 1]),
            Index(
                name: "jd_braai_candid",
                keys: ["candidate.jd": -1, "classifications.braai": -1, "candid": -1]),
            Index(name: "jd_drb_candid", keys: ["candidate.jd": -1, "candidate.drb": -1, "candid": -1]),
            Index(
                name: "jd_braai_magpsf_isdiffpos_ndethist",
                keys: [
                    "candidate.jd": 1, "classifications.braai": 1, "candidate.magpsf": 1,
                    "candidate.isdiffpos": 1,
                    "candidate.ndethist": 1,
                ]),
            Index(
                name: "jd_field_drb_ndethhist_magpsf_isdiffpos_objectId",
                keys: [
                    "candidate.jd": 1, "candidate.field": 1, "candidate.rb": 1, "candidate.drb": 1,
                    "candidate.ndethist": 1, "candidate.magpsf": 1, "candidate.isdiffpos": 1,
                    "objectId": -1,
                ]),
        ],
        filterWindow: FilterWindow(days: 365, pointsHavePrograms: true))
}
