import Documents

extension AvroSeeds {
    /// Documents of each of `FuzzSchema.texts`, in their order.
    static let samples: [[Document]] = [everyType, logicalTypes, oddities, [Document()]]

    private static var everyType: [Document] {
        let row: Document = [
            "jd": 2_460_000.5, "m": 18.5, "s": "é text that is longer than a word", "i": .int32(-99999),
        ]
        let deep: Document = ["jd": 1.0, "m": -99999.0, "i": .int32(1), "deeper": .document(row)]
        let inner: Document = ["value": .int64(1 << 40), "inner": ["value": "x", "many": [:]], "many": [:]]
        let small: Document = [
            "candid": .int64(1), "b": false, "thinned": .list([]), "e": "A", "m": [:], "inner": ["many": [:]],
            "text": "",
        ]
        return [
            small,
            [
                "candid": .int64(2_475_433_850_015_010_009), "b": true, "f": 0.5,
                "rows": .list([.document(row), .document(deep), .document(row)]),
                "thinned": .list([.document(deep), .document(row)]), "e": "B",
                "m": ["a": nil, "b": .int64(5), "c": "text", "d": [1.0, 2.0]],
                "inner": ["value": 5, "inner": .document(inner), "many": ["k": .document(inner)]],
                "text": "the last field but one, whose text is plain", "number": 7,
            ],
        ]
    }

    private static var logicalTypes: [Document] {
        let decimal = Value.decimal128(high: 0x303A_0000_0000_0000, low: 123_456_789)
        let row: Document = [
            "ms": .datetime(1_700_000_000_000), "us": .datetime(-1), "z": .binary(subtype: 0, [1, 2]), "n": 3,
        ]
        return [
            [
                "candid": 5, "number": decimal, "d": .decimal128(high: 0x302A_0000_0000_0000, low: 99),
                "u": .binary(subtype: 4, [UInt8](0..<16)), "x": .binary(subtype: 0, [UInt8](0..<12)),
                "day": .datetime(86_400_000 * 20_000), "t": .list([nil, .datetime(1_700_000_000_000)]),
                "rows": .list([.document(row), .document(row)]), "thinned": .list([.document(row)]),
                "text": "plain", "inner": .document(row),
            ]
        ]
    }

    private static var oddities: [Document] {
        let row: Document = [
            "n": nil, "l": .int64(-99999), "b": true, "u": "é",
            "another_name_that_is_longer_than_an_instruction": 1.5,
        ]
        return [
            [
                "candid": .int64(6), "twice": .document(["k": .binary(subtype: 0, [1])]),
                "name_that_is_longer_than_an_instruction_has_room_for": "long name",
                "inner": ["value": .binary(subtype: 0, [9]), "inner": ["value": 1.0]],
                "thinned": .list([.document(row), .document(row)]), "rows": .list([]),
                "number": .binary(subtype: 0, []), "text": .binary(subtype: 0, [1, 2, 3]),
            ]
        ]
    }
}
