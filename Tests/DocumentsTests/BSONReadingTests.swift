import Documents
import Testing

/// Reads by path, and views that copy nothing.
@Suite struct BSONReadingTests {
    private static let alert: Document = [
        "objectId": "ZTF18abcdefg", "candid": .int64(1_127_561_445_515_015_011),
        "candidate": [
            "jd": 2_459_000.5, "fid": 2, "isdiffpos": true, "drb": nil, "a longer name than eight": 7,
        ],
        "prv_candidates": [["jd": 1.5, "fid": 1], 12, ["jd": 2.5], nil, ["fid": 3], [["jd": 9.0]]],
        "stamp": ["data": .binary(subtype: 0, [1, 2, 3])], "seen": .datetime(1_577_934_245_678), "a.b": 1,
    ]

    @Test func typedReadsConvertNumbersOnly() {
        let alert = Self.alert
        #expect(alert.double(at: "candidate.jd") == 2_459_000.5)
        #expect(alert.double(at: "candidate.fid") == 2)
        #expect(alert.int64(at: "candidate.fid") == 2)
        #expect(alert.int64(at: "candid") == 1_127_561_445_515_015_011)
        #expect(alert.int64(at: "candidate.jd") == nil)
        #expect(alert.double(at: "objectId") == nil)
        #expect(alert.string(at: "objectId") == "ZTF18abcdefg")
        #expect(alert.string(at: "candid") == nil)
        #expect(alert.bool(at: "candidate.isdiffpos") == true)
        #expect(alert.bool(at: "candidate.fid") == nil)
        #expect(alert.datetime(at: "seen") == 1_577_934_245_678)
        #expect(alert.binary(at: "stamp.data").map(Array.init) == [1, 2, 3])
        #expect(alert.int64(at: "candidate.a longer name than eight") == 7)
        #expect(alert.int64(at: "candidate.a longer name than eighty") == nil)
    }

    @Test func wholeDoublesAreIntegersUpToTheirRange() {
        let numbers: Document = [
            "whole": 3.0, "half": 3.5, "least": -0x1p63, "beyond": 0x1p63, "nan": .double(.nan),
            "infinite": .double(.infinity),
        ]
        #expect(numbers.int64(at: "whole") == 3)
        #expect(numbers.int64(at: "least") == .min)
        for key in ["half", "beyond", "nan", "infinite"] { #expect(numbers.int64(at: Path(key)) == nil) }
    }

    @Test func absentAndNullDiffer() {
        let alert = Self.alert
        #expect(alert.exists(at: "candidate.drb") && alert.isNull(at: "candidate.drb"))
        #expect(!alert.exists(at: "candidate.rb") && !alert.isNull(at: "candidate.rb"))
        #expect(alert["candidate.drb"] == .null)
        #expect(alert["candidate.rb"] == nil)
    }

    @Test func aNumberInThePathIsAnIndex() {
        #expect(Self.alert.double(at: "prv_candidates.0.jd") == 1.5)
        #expect(Self.alert.double(at: "prv_candidates.2.jd") == 2.5)
        #expect(Self.alert.double(at: "prv_candidates.5.0.jd") == 9)
        #expect(Self.alert.exists(at: "prv_candidates.5"))
        #expect(!Self.alert.exists(at: "prv_candidates.6"))
    }

    @Test func aPathEndsWhereAValueIsNoDocument() {
        #expect(!Self.alert.exists(at: "objectId.length"))
        #expect(!Self.alert.exists(at: "a.b"))  // A key with a dot cannot be named by a path.
        #expect(!Self.alert.exists(at: ""))
        #expect(!Self.alert.exists(at: "candidate."))
        #expect((["": ["": 5]] as Document).int64(at: ".") == 5)
    }

    @Test func documentsAndArraysAreNotEachOther() {
        #expect(Self.alert.document(at: "candidate")?.keys.count == 5)
        #expect(Self.alert.document(at: "prv_candidates") == nil)
        #expect(Self.alert.array(at: "prv_candidates")?.count == 6)
        #expect(Self.alert.array(at: "candidate") == nil)
        #expect(Self.alert.arrayView(at: "prv_candidates")?.int64(at: "1") == 12)
    }

    @Test func viewsAreTheDocumentsInTheArray() {
        let points = Self.alert.documents(at: "prv_candidates")
        #expect(points.map { $0.double(at: "jd") } == [1.5, 2.5, nil])
        #expect(points.map(\.document) == [["jd": 1.5, "fid": 1], ["jd": 2.5], ["fid": 3]])
        #expect(Self.alert.documents(at: "candidate").map(\.isEmpty).isEmpty)
        #expect(Self.alert.view(at: "candidate")?.elements.map(\.key).first == "jd")
        #expect(Self.alert.view.view(at: "stamp")?.binary(at: "data")?.count == 3)
    }

    @Test func elementsReadLikePaths() {
        for element in Self.alert.elements {
            let path = Path(element.key)
            if element.key == "a.b" { continue }
            #expect(element.value == Self.alert[path])
            #expect(element.double == Self.alert.double(at: path))
            #expect(element.int64 == Self.alert.int64(at: path))
            #expect(element.string == Self.alert.string(at: path))
            #expect(element.view?.document.bytes == (element.view == nil ? nil : Array(element.valueBytes)))
        }
    }

    /// Every length of key, at every distance from the end of the bytes, beside one that differs in one
    /// letter.
    @Test func keysOfAllLengthsAreFound() {
        for length in 0...40 {
            let key = String(repeating: "k", count: length)
            for place in 0..<max(length, 1) {
                var letters = Array(key.utf8)
                if length > 0 { letters[place] = UInt8(ascii: "x") }
                let other = length > 0 ? String(decoding: letters, as: UTF8.self) : "x"
                let document: Document = ["first": 0, .init(other): 1, .init(key): true]
                #expect(document.bool(at: Path(key)) == true)
                #expect(document.int64(at: Path(other)) == 1)
                #expect(!document.exists(at: Path(key + "k")))
            }
        }
    }

    @Test func objectIDsAreTheirDigits() throws {
        let id = try #require(ObjectID(hexadecimal: "57E193d7a9cc81b4027498b5"))
        #expect(id.description == "57e193d7a9cc81b4027498b5")
        #expect(id.array == [0x57, 0xE1, 0x93, 0xD7, 0xA9, 0xCC, 0x81, 0xB4, 0x02, 0x74, 0x98, 0xB5])
        #expect(ObjectID(id.array) == id && id != ObjectID.zero)
        #expect(ObjectID(hexadecimal: "57e193d7a9cc81b4027498b") == nil)
        #expect(ObjectID(hexadecimal: "57e193d7a9cc81b4027498bg") == nil)
    }
}
