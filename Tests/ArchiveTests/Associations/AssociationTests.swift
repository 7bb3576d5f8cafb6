import Documents
import Mongo
import Sky
import TestSupport
import Testing

@testable import Archive

/// Which object an alert is of, one batch after the other.
@Suite struct AssociationTests {
    private typealias Make = AssociationFixtures

    /// Places at which the nearest is looked for, and one so many arcseconds from each; by astropy.
    private func neighbours(_ separations: [Double]) async throws -> [(
        separation: Double, ra: Double, dec: Double, otherRA: Double, otherDec: Double
    )] {
        let output = try await python(
            """
            import sys
            from astropy.coordinates import SkyCoord
            import astropy.units as u
            places = [(279.23473479, 38.78368896), (0.0, 0.0), (359.9999, 12.0), (0.0001, -45.0), (10.0, 89.99),
                      (200.0, -89.99), (33.0, 89.9999), (90.0, 90.0), (270.0, -90.0), (180.0, 60.0)]
            for text in sys.argv[1:]:
                for ra, dec in places:
                    for angle in (0, 45, 90, 170, 265):
                        other = SkyCoord(ra, dec, unit="deg").directional_offset_by(angle * u.deg, float(text) * u.arcsec)
                        print(text, repr(ra), repr(dec), repr(float(other.ra.deg % 360)), repr(float(other.dec.deg)))
            """, separations.map { String($0) })
        return try output.split(separator: "\n").map { line in
            let numbers = line.split(separator: " ").compactMap { Double($0) }
            try #require(numbers.count == 5)
            return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        }
    }

    @Test func firstAlertGivesTheName() async throws {
        try await Make.withAssociations { database in
            let source = try Make.source("ZTF26aaaaaaa", 279.23473479, 38.78368896)
            #expect(try await Make.associations(database).objects(of: [source]) == ["AL26mkmunmasmrmma"])
            #expect(
                try await database.findOne("associations", filter: [:]) == [
                    "_id": "AL26mkmunmasmrmma",
                    "coordinates": [
                        "radec_geojson": [
                            "type": "Point", "coordinates": [.double(279.23473479 - 180), 38.78368896],
                        ]
                    ],
                    "ra": 279.23473479, "dec": 38.78368896, "jd": .double(Make.jd), "surveys": ["ZTF"],
                    "oids": [["survey": "ZTF", "id": "ZTF26aaaaaaa"]], "radius_arcsec": 1.5,
                ])
        }
    }

    /// Also where right ascension begins anew, and at the poles.
    @Test func withinTheRadiusIsTheSameObjectAndBeyondAnother() async throws {
        let places = try await neighbours([1.4, 1.6])
        try await Make.withAssociations { database in
            let associations = Make.associations(database)
            for place in places {
                for collection in ["associations", "association_cells"] {
                    _ = try await database.bulkWrite(collection, [.deleteMany(filter: [:])])
                }
                let first = try Make.source("A", place.ra, place.dec)
                let second = try Make.source("B", place.otherRA, place.otherDec)
                let one = try await associations.objects(of: [first])
                let other = try await associations.objects(of: [second])
                #expect((one == other) == (place.separation < 1.5), "\(place)")
                try await Make.check(database)
            }
        }
    }

    /// The same when both come at once.
    @Test func aBatchIsAssociatedInItsOrder() async throws {
        try await Make.withAssociations { database in
            let places = try await neighbours([1.4, 1.6])
            // Only what is far from all others.
            let apart = places.filter { abs($0.dec) < 89 && $0.separation == 1.4 }
            var sources: [AssociationSource] = []
            for (index, place) in apart.enumerated() where index % 5 == 0 {
                sources.append(try Make.source("A\(index)", place.ra, place.dec))
                sources.append(try Make.source("B\(index)", place.otherRA, place.otherDec))
            }
            let names = try await Make.associations(database).objects(of: sources)
            for pair in 0..<(names.count / 2) { #expect(names[2 * pair] == names[2 * pair + 1]) }
            #expect(Set(names).count == names.count / 2)
            try await Make.check(database)
        }
    }

    @Test func radiusIsASetting() async throws {
        try await Make.withAssociations { database in
            let wide = Make.associations(database, radius: 30)
            let first = try await wide.objects(of: [try Make.source("A", 10, 20)])
            #expect(try await wide.objects(of: [try Make.source("B", 10, 20 + 29.0 / 3600)]) == first)
            #expect(
                try await Make.associations(database).objects(of: [
                    try Make.source("C", 10, 20 + 29.0 / 3600)
                ])
                    != first)
        }
    }

    @Test func surveysOwnNameComesFirst() async throws {
        try await Make.withAssociations { database in
            let associations = Make.associations(database)
            let first = try await associations.objects(of: [try Make.source("A", 10, 20)])
            let second = try await associations.objects(of: [try Make.source("B", 10, 20 + 2.0 / 3600)])
            #expect(first != second)
            // Nearer to B's object, and far from everything.
            #expect(
                try await associations.objects(of: [
                    try Make.source("A", 10, 20 + 2.0 / 3600), try Make.source("A", 50, 50),
                ]) == first + first)
            // Of one name in a batch the first says where it is.
            let names = try await associations.objects(of: [
                try Make.source("C", 60, 10), try Make.source("C", 70, 10), try Make.source("D", 70, 10),
            ])
            #expect(names[0] == names[1] && names[1] != names[2])
            #expect(try await database.countDocuments("associations") == 4)
            try await Make.check(database)
        }
    }

    @Test func nearestOfSeveralIsTaken() async throws {
        try await Make.withAssociations { database in
            let associations = Make.associations(database)
            let names = try await associations.objects(of: [
                try Make.source("A", 10, 0), try Make.source("B", 10, 2.0 / 3600),
                try Make.source("C", 10, 1.2 / 3600), try Make.source("D", 10, 0.8 / 3600),
            ])
            #expect(names[2] == names[1] && names[3] == names[0] && names[0] != names[1])
        }
    }

    /// Other names for what other surveys see at the same place, and the same name in two surveys is nothing.
    @Test func surveysShareObjects() async throws {
        try await Make.withAssociations { database in
            let first = try await Make.associations(database).objects(of: [try Make.source("X", 10, 20)])
            let wntr = Make.associations(database, survey: .wntr)
            #expect(try await wntr.objects(of: [try Make.source("Y", 10, 20.0001)]) == first)
            let other = try await wntr.objects(of: [try Make.source("X", 90, 20)])
            #expect(other != first)
            #expect(try await wntr.objects(of: [try Make.source("X", 10, 20)]) == other)
            let stored = try await database.findOne("associations", filter: ["_id": .string(first[0])])
            #expect(stored?["surveys"] == ["ZTF", "WNTR"])
            #expect(
                stored?["oids"] == [["survey": "ZTF", "id": "X"], ["survey": "WNTR", "id": "Y"]])
            try await Make.check(database)
        }
    }

    @Test func yearIsThatOfTheAlertOrOfTheClock() async throws {
        try await Make.withAssociations { database in
            let associations = Make.associations(database)
            // 31 December 2019 23:59:59 UTC and a second later.
            let before = 2_458_849.5 - 1.0 / 86400
            for (jd, year) in [(before, "19"), (2_458_849.5, "20"), (.nan, "27"), (.infinity, "27")] {
                let source = try Make.source(
                    "A\(jd)", 10, (year == "19" ? 1 : year == "20" ? 2 : 3) + (jd.isNaN ? 0.5 : 0), jd: jd)
                let names = try await associations.objects(of: [source])
                #expect(names[0].hasPrefix("AL" + year))
            }
        }
    }

    @Test func replayChangesNothing() async throws {
        try await Make.withAssociations { database in
            var random = SplitMix(state: 3)
            let associations = Make.associations(database)
            let sources = try (0..<300).map { index in
                try Make.source(
                    "Z\(Int.random(in: 0..<200, using: &random))", 10 + .random(in: 0...0.01, using: &random),
                    .random(in: 0...0.01, using: &random), candid: Int64(index))
            }
            let names = try await associations.objects(of: sources)
            let objects = try await database.documents(of: "associations")
            let cells = try await database.documents(of: "association_cells")
            #expect(try await associations.objects(of: sources) == names)
            #expect(try await associations.objects(of: Array(sources.reversed())) == names.reversed())
            #expect(try await database.documents(of: "associations") == objects)
            #expect(try await database.documents(of: "association_cells") == cells)
            try await Make.check(database)
        }
    }

    /// Objects closer than the digits of a name can tell apart.
    @Test func duplicatesUseTheSpareDigits() async throws {
        try await Make.withAssociations { database in
            let associations = Make.associations(database, radius: 0.001)
            let places = (0..<8).map { 0.000001 + Double($0) * 0.01 / 3600 }
            let names = try await associations.objects(
                of: try places.prefix(4).map { try Make.source("A\($0)", 0.00001, $0) })
            let later = try await associations.objects(
                of: try places.dropFirst(4).map { try Make.source("A\($0)", 0.00001, $0) })
            #expect(
                names + later == (0..<8).map { "AL26kmluxiqqikii" + String(UnicodeScalar(97 + UInt8($0))) })
            try await Make.check(database, radius: 0.001)
        }
    }

    /// A hundred of them, and no more.
    @Test func namesRunOut() async throws {
        try await Make.withAssociations { database in
            let associations = Make.associations(database, radius: 0.0001)
            let places = (0...100).map { 0.00001 + Double($0) * 0.0005 / 3600 }
            let sources = try places.map { try Make.source("A\($0)", 0.00001, $0) }
            await #expect(throws: AssociationFault.noNameLeft("AL26kmluxiqqikiia")) {
                try await associations.objects(of: sources)
            }
            #expect(try await database.countDocuments("associations") == 0)
            #expect(Set(try await associations.objects(of: Array(sources.dropLast()))).count == 100)
        }
    }

    /// Where the survey has no names of objects, ours is the object's, and what an alert was stored with stays.
    @Test func alertsWithoutObjects() async throws {
        try await Make.withAssociations { database in
            let associations = Make.associations(database)
            let alert = try Make.source(nil, 10, 0, candid: 1)
            let names = try await associations.objects(of: [
                alert, try Make.source(nil, 10, 1.0 / 3600, candid: 2),
            ])
            #expect(names[0] == names[1])
            let stored = try await database.findOne("associations", filter: [:])
            #expect(stored?["oids"] == [["survey": "ZTF", "id": .string(names[0])]])
            let further = try Make.source(nil, 10, 1.4 / 3600, candid: 3)
            #expect(try await associations.objects(of: [further]) == [names[0]])
            _ = try await database.insert(
                "ZTF_alerts", [["_id": 3, "candid": 3, "objectId": .string(names[0])]])
            // Nearer than the first, and made later.
            let nearer = try await associations.objects(of: [
                try Make.source(nil, 10, 2.0 / 3600, candid: 4)
            ])
            #expect(nearer != [names[0]])
            #expect(try await associations.objects(of: [further]) == [names[0]])
            #expect(
                try await associations.objects(of: [try Make.source(nil, 10, 1.4 / 3600, candid: 5)])
                    == nearer)
            try await Make.check(database)
        }
    }

    @Test func emptyBatchIsNoWork() async throws {
        try await Make.withAssociations { database in
            let names = try await Make.associations(database).objects(of: [AssociationSource]())
            #expect(names == [])
            #expect(try await database.documents(of: "association_cells").isEmpty)
        }
    }
}
