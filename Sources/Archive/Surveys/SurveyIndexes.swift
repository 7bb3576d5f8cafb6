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
        ] + furtherIndexes
    }

    /// Further indexes of surveys whose candidates are compared with 2MASS.
    static let infraredIndexes = [
        Index(name: "jd_drb_candid", keys: ["candidate.jd": -1, "candidate.drb": -1, "candid": -1]),
        Index(
            name: "jd_drb_ndethist_dmag2mass_isstar_distnearbrstar",
            keys: [
                "candidate.jd": 1, "candidate.drb": 1, "candidate.ndethist": 1, "candidate.dmag2mass": 1,
                "candidate.isstar": 1, "candidate.distnearbrstar": 1,
            ]),
        Index(
            name: "jd_scorr_dmag2mass",
            keys: ["candidate.jd": 1, "candidate.scorr": 1, "candidate.dmag2mass": 1]),
    ]
}
