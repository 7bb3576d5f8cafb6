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
}
