import Documents
public import Mongo

extension Survey {
    /// Kowalski's indexes of the alert collection, by their names; they are what users' queries lean on.
    public var indexes: [Index] {
        let position: (String, Value) = ("coordinates.radec_geojson", "2dsphere")
        let candid: (String, Value) = (fields.candid, -1)
        let objectID: (String, Value) = (fields.objectID, -1)
        func candidate(_ field: String, _ order: Int64 = 1) -> (String, Value) {
            ("candidate.\(field)", .integer(order))
        }
        return [
            Index(name: "radec_candid", keys: [position, candid]),
            Index(name: "radec_objectId", keys: [position, objectID]),
            Index(name: "jd_radec_candid", keys: [candidate("jd"), position, candid]),
            Index(name: "jd_radec_objectId", keys: [candidate("jd"), position, objectID]),
            Index(name: "objectId", keys: [objectID]),
            Index(name: "candid", keys: [candid], unique: true),
            Index(name: "pid", keys: [candidate("pid")]),
            Index(name: "objectId_pid", keys: [objectID, candidate("pid")]),
            Index(name: "pdiffimfilename", keys: [candidate("pdiffimfilename")]),
            Index(
                name: "jd_programid_programpi",
                keys: [candidate("jd"), candidate("programid"), candidate("programpi")]),
            Index(
                name: "jd_braai_candid", keys: [candidate("jd", -1), ("classifications.braai", -1), candid]),
            Index(name: "jd_drb_candid", keys: [candidate("jd", -1), candidate("drb", -1), candid]),
            Index(
                name: "jd_braai_magpsf_isdiffpos_ndethist",
                keys: [
                    candidate("jd"), ("classifications.braai", 1), candidate("magpsf"), candidate("isdiffpos"),
                    candidate("ndethist"),
                ]),
            Index(
                name: "jd_field_drb_ndethhist_magpsf_isdiffpos_objectId",
                keys: [
                    candidate("jd"), candidate("field"), candidate("rb"), candidate("drb"), candidate("ndethist"),
                    candidate("magpsf"), candidate("isdiffpos"), objectID,
                ]),
        ]
    }
}
