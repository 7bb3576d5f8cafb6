import Documents
import Mongo
import Sky
import TestSupport
import Testing

@testable import Archive

/// What the tests of associations share.
enum AssociationFixtures {
    /// Noon of 1 June 2026.
    static let jd = 2_461_193.0

    /// Lends a database that is ready for associations.
    static func withAssociations<Result>(
        poolSize: Int = 8, _ body: (Database) async throws -> Result
    ) async throws -> Result {
        try await withDatabase(poolSize: poolSize) { database in
            try await associations(database).prepare()
            return try await body(database)
        }
    }

    static func associations(
        _ database: Database, survey: Survey = .ztf, radius: Double = 1.5
    ) -> Associations {
        // No alert of these tests is without its time, but for those that say so: 1 January 2027.
        Associations(database, survey, radius: radius) { UTCTime(milliseconds: 1_798_761_600_000) }
    }

    static func source(
        _ objectID: String?, _ ra: Double, _ dec: Double, candid: Int64 = 0, jd: Double = jd
    ) throws -> AssociationSource {
        AssociationSource(
            objectID: objectID, candid: candid, coordinates: try Coordinates(ra: ra, dec: dec), jd: jd)
    }

    /// That what is stored makes sense as a whole: every object is in the cell of its place and nowhere else, no name of a
    /// survey is of two objects, and no two objects are within the radius of each other.
    /// - Returns: the objects by their names.
    @discardableResult
    static func check(_ database: Database, radius: Double = 1.5) async throws -> [String:
        Coordinates]
    {
        let objects = try await database.documents(of: "associations")
        let cells = try await database.documents(of: "association_cells")
        var places: [String: Coordinates] = [:]
        var members: Set<Value> = []
        for (id, object) in objects {
            let aid = try #require(id.string)
            let place = try Coordinates(
                ra: try #require(object.double(at: "ra")), dec: try #require(object.double(at: "dec")))
            let longitude = object.double(at: "coordinates.radec_geojson.coordinates.0")
            #expect(longitude == place.ra - 180)
            #expect(object.double(at: "coordinates.radec_geojson.coordinates.1") == place.dec)
            places[aid] = place
            for member in try #require(object["oids"]?.list) { #expect(members.insert(member).inserted) }
        }
        var inCells: [String: Coordinates] = [:]
        for (id, cell) in cells {
            for member in cell.documents(at: "objects") {
                let aid = try #require(member.string(at: "aid"))
                let place = try Coordinates(
                    ra: try #require(member.double(at: "ra")), dec: try #require(member.double(at: "dec")))
                #expect(id.int64 == Int64(AssociationCell.division.pixel(at: place)))
                #expect(inCells.updateValue(place, forKey: aid) == nil)
            }
        }
        #expect(inCells == places)
        let all = Array(places.values)
        for (index, place) in all.enumerated() {
            for other in all[..<index] where abs(other.dec - place.dec) < 2 * radius / 3600 {
                #expect(place.separation(from: other) * 3600 > radius)
            }
        }
        return places
    }
}
