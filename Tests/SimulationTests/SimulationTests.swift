import Testing

@testable import Simulation

@Suite struct SimulationTests {
    private let night = Night(number: 3287)

    private func simulation(seed: UInt64 = 7, alerts: Int = 40, objects: Int = 12) throws -> Simulation {
        try Simulation(seed: seed, alerts: alerts, objects: objects, night: night)
    }

    @Test func sameSeedGivesTheSameBytes() throws {
        let first = try simulation()
        let second = try simulation()
        for index in 0..<first.count { #expect(try first.packet(index) == second.packet(index)) }
    }

    @Test func threadsAndOrderChangeNothing() async throws {
        let simulation = try simulation()
        let inOrder = try (0..<simulation.count).map { try simulation.packet($0) }
        let concurrent = try await withThrowingTaskGroup(of: (Int, Packet).self) { group in
            for index in (0..<simulation.count).reversed() {
                group.addTask { (index, try simulation.packet(index)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (index, packet) in inOrder.enumerated() { #expect(concurrent[index] == packet) }
    }

    @Test func anotherSeedGivesOtherPackets() throws {
        let first = try simulation(seed: 7)
        let second = try simulation(seed: 8)
        let bytes = try Set((0..<first.count).map { try first.packet($0).bytes })
        for index in 0..<second.count { #expect(!bytes.contains(try second.packet(index).bytes)) }
    }

    @Test func packetSaysWhatItsRecordSays() throws {
        let simulation = try simulation()
        #expect(simulation.count == 40)
        var last = 0.0
        for index in 0..<simulation.count {
            let packet = try simulation.packet(index)
            let measurement = try simulation.alert(index).candidate.measurement
            #expect(packet.candid == measurement.candid && packet.key == String(packet.candid))
            #expect(packet.jd == measurement.exposure.julianDate && packet.jd >= last)
            #expect(packet.programid == 1)
            last = packet.jd
        }
    }

    @Test func programsAreMixedAsAsked() throws {
        let simulation = try Simulation(
            seed: 1, alerts: 300, objects: 100, night: night, programids: [1, 1, 1, 2])
        var shares: [Int32: Int] = [:]
        var rows: [Int32: Int] = [:]
        for index in 0..<simulation.count {
            let alert = try simulation.alert(index)
            shares[alert.candidate.measurement.exposure.program, default: 0] += 1
            for row in alert.rows ?? [] { rows[row.exposure.program, default: 0] += 1 }
        }
        #expect(Set(shares.keys) == [1, 2] && Set(rows.keys) == [1, 2])
        // Three sigma of a quarter of 300 is 22.5, and exposures are shared; rows are many.
        #expect((30...120).contains(shares[2] ?? 0))
        let part = Double(rows[2] ?? 0) / Double((rows[1] ?? 0) + (rows[2] ?? 0))
        #expect((0.18...0.32).contains(part))
    }

    @Test(arguments: [(0, 1), (1, 1), (5, 12), (12, 12), (13, 12), (100, 7), (1000, 300), (890, 1)])
    func alertsAreAsManyAsAsked(alerts: Int, objects: Int) throws {
        let simulation = try simulation(alerts: alerts, objects: objects)
        #expect(simulation.count == alerts)
        var candids: Set<Int64> = []
        for index in stride(from: 0, to: alerts, by: max(1, alerts / 40)) {
            #expect(candids.insert(try simulation.alert(index).candidate.measurement.candid).inserted)
        }
    }

    @Test func manyObjectsNeverShareACandid() throws {
        // Crowded on purpose: every channel and time is shared by many objects.
        let simulation = try simulation(alerts: 12_000, objects: 4_000)
        var owners: [Int64: Int] = [:]
        var isAlert: Set<Int64> = []
        for index in stride(from: 0, to: simulation.count, by: 5) {
            let alert = try simulation.alert(index)
            let identity = alert.candidate.object.identity
            let measurements = [alert.candidate.measurement] + (alert.rows ?? []).compactMap(\.measurement)
            #expect(isAlert.insert(measurements[0].candid).inserted)
            for measurement in measurements {
                let owner = owners.updateValue(identity, forKey: measurement.candid)
                #expect(owner == nil || owner == identity, "\(measurement.candid)")
            }
        }
    }

    @Test func impossibleNumbersAreRefused() {
        #expect(throws: SimulationError.self) { try simulation(alerts: -1) }
        #expect(throws: SimulationError.self) { try simulation(alerts: 1, objects: 0) }
        #expect(throws: SimulationError.self) { try simulation(alerts: 901, objects: 1) }
        #expect(throws: SimulationError.self) {
            try Simulation(seed: 1, alerts: 1, objects: 1, night: night, programids: [])
        }
        #expect(throws: SimulationError.self) {
            try Simulation(seed: 1, alerts: 1, objects: 1, night: night, programids: [1, 4])
        }
        #expect(throws: SimulationError.self) {
            try Simulation(seed: 1, alerts: 1, objects: 1, night: night, firstNight: Night(number: 3288))
        }
        #expect(throws: SimulationError.self) { try simulation().packet(40) }
        #expect(throws: SimulationError.self) { try simulation().packet(-1) }
    }
}
