import Documents
public import Mongo

extension Survey {
    /// Kowalski's indexes of the alert collection, by their names; they are what users' queries lean on.
    public var indexes: [Index] {
        let (position, candid, objectID) = ("coordinates.radec_geojson", fields.candid, fields.objectID)
        return [
            Index(name: "radec_candid", keys: [position: "2dsphere", candid: -1]),
            Index(name: "radec_objectId", keys: [position: "2dsphere", objectID: -1]),
            Index(name: "jd_radec_candid", keys: ["candidate.jd": 1, position: "2dsphere", candid: -1]),
            Index(name: "jd_radec_objectId", keys: ["candidate.jd": 1, position: "2dsphere", objectID: -1]),
            Index(name: "objectId", keys: [objectID: -1]),
            Index(name: "candid", keys: [candid: -1], unique: true),
            Index(name: "pid", keys: ["candidate.pid": 1]),
            Index(name: "objectId_pid", keys: [objectID: -1, "candidate.pid": 1]),
            Index(name: "pdiffimfilename", keys: ["candidate.pdiffimfilename": 1]),
            Index(
                name: "jd_programid_programpi",
                keys: ["candidate.jd": 1, "candidate.programid": 1, "candidate.programpi": 1]),
            Index(
                name: "jd_braai_candid", keys: ["candidate.jd": -1, "classifications.braai": -1, candid: -1]),
            Index(name: "jd_drb_candid", keys: ["candidate.jd": -1, "candidate.drb": -1, candid: -1]),
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
                    "candidate.ndethist": 1, "candidate.magpsf": 1, "candidate.isdiffpos": 1, objectID: -1,
                ]),
        ]
    }
}
