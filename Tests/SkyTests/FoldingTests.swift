import Testing

@testable import Sky

@Suite struct FoldingTests {
    @Test(
        arguments: [
            (0, 0), (359.5, 359.5), (360, 0), (-10, 350), (-180, 180), (370.5, 10.5), (539.5, 179.5),
            (-0.0, 0),
            (-1e-20, 0),
        ] as [(Double, Double)]) func rightAscensionsOfArithmeticAreFolded(given: Double, ra: Double) throws
    {
        let found = try Coordinates(folding: given, dec: 5).ra
        #expect(found == ra)
        #expect(found >= 0 && found < 360)
    }

    @Test(arguments: [(-180.0).nextDown, 540, .nan, .infinity, -.infinity])
    func othersAreRefused(ra: Double) {
        let error = #expect(throws: SkyError.self) { try Coordinates(folding: ra, dec: 0) }
        #expect(error?.field == "ra")
        #expect(error?.fault == .range)
    }

    @Test(arguments: [
        ("25:00:00", "0:0:0", SkyError.Fault.range), ("1:2:3", "91:0:0", .range), ("x", "1:2:3", .form),
    ])
    func faultsAreOfTwoKinds(ra: String, dec: String, fault: SkyError.Fault) {
        let error = #expect(throws: SkyError.self) { try Coordinates(ra: ra, dec: dec) }
        #expect(error?.fault == fault)
    }
}
