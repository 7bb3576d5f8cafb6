/// A night of alert packets of the Zwicky Transient Facility, schema 4.02, made up.
///
/// A packet is a pure function of what the simulation was made from and of its index: the same values give
/// the same bytes, in whatever order and on however many threads they are asked for. Packets are in the order
/// of time.
///
/// Each object is seen several times in the night, and each alert's light curve holds the alerts before it.
/// With a `firstNight` before the night, the light curve also holds the alerts of all nights between, as
/// simulated with the same seed and numbers: so several nights make one run.
public struct Simulation: Sendable {
    /// The nights before the first in which objects were observed, without alerts.
    private static let nightsBefore = 31

    /// Whose data the exposures are, drawn in equal parts.
    private let programs: [Int32]
    private let seed: UInt64
    private let night: Night
    private let firstNight: Night
    private let encoders = PacketEncoders()
    private let noise: NoiseTable
    private let objects: [SkyObject]
    /// How many alerts each object has, for each night from the first on.
    private let alertCounts: [[Int]]
    /// The last digits of each object's candids in the main grid's fields and in the others.
    private let counters: [(primary: Int, secondary: Int)]
    /// Which object and which of its visits of the night, in the order of time.
    private let order: [(object: Int32, ordinal: Int32)]

    /// A night of packets.
    ///
    /// - Parameters:
    ///   - seed: what all random numbers come from.
    ///   - alerts: how many packets.
    ///   - objects: how many objects have them; a quarter of it are minor planets, which have one each. With
    ///     3.3 alerts to an object the others have two to six.
    ///   - night: the night.
    ///   - firstNight: the first night of the run, the night itself if nil.
    ///   - programids: whose data the exposures are, in equal parts: `[1, 1, 1, 2]` makes a quarter
    ///     partnership data.
    /// - Throws: `SimulationError` if these numbers cannot be had in one night.
    public init(
        seed: UInt64, alerts: Int, objects: Int, night: Night, firstNight: Night? = nil,
        programids: [Int32] = [1]
    ) throws(SimulationError) {
        let firstNight = firstNight ?? night
        let run = "simulate \(alerts) alerts of \(objects) objects"
        guard alerts >= 0, alerts <= 1 << 27, objects > 0 || alerts == 0, objects <= 1 << 24 else {
            throw SimulationError(reason: "\(run): numbers are out of range")
        }
        guard Night.range.contains(firstNight), Night.range.contains(night), firstNight <= night else {
            throw SimulationError(reason: "\(run): no run from \(firstNight.text) to \(night.text)")
        }
        guard !programids.isEmpty, programids.allSatisfy({ (1...3).contains($0) }) else {
            throw SimulationError(reason: "\(run): programids \(programids) are not all 1, 2 or 3")
        }
        self.seed = seed
        self.night = night
        self.firstNight = firstNight
        programs = programids
        noise = NoiseTable(seed: seed)
        let later = night.number - firstNight.number
        self.objects = (0..<objects).map { index in
            let isMinorPlanet = SkyObject.kind(seed: seed, index: index) == .minorPlanet
            return SkyObject(
                seed: seed, index: index, identity: isMinorPlanet ? objects * (later + 1) + index : index,
                firstNight: isMinorPlanet ? night : firstNight)
        }
        let moving = self.objects.map { $0.kind == .minorPlanet }
        alertCounts = (0...later).map { offset in
            Self.alertCounts(
                seed: seed, night: Night(number: firstNight.number + offset), alerts: alerts,
                isMinorPlanet: moving)
        }
        guard alertCounts.allSatisfy({ $0.allSatisfy { $0 <= Exposure.slotsPerNight } }) else {
            throw SimulationError(
                reason: "\(run): more than \(Exposure.slotsPerNight) alerts of one object in a night")
        }
        counters = try Self.counters(of: self.objects, run: run)
        let cadence = Cadence(seed: seed)
        var visits: [(second: Int32, object: Int32, ordinal: Int32)] = []
        visits.reserveCapacity(alerts)
        for (index, count) in (alertCounts.last ?? []).enumerated() where count > 0 {
            let field = self.objects[index].primary.field
            for (ordinal, slot) in cadence.slots(night: night, field: field, count: count).enumerated() {
                visits.append(
                    (Int32(slot * 42 + Exposure.phase(ofField: field)), Int32(index), Int32(ordinal)))
            }
        }
        visits.sort { ($0.second, $0.object) < ($1.second, $1.object) }
        order = visits.map { ($0.object, $0.ordinal) }
    }

    /// The schema of every packet.
    public static var schema: String { AlertSchema.text }

    /// How many packets there are.
    public var count: Int { order.count }

    /// A packet.
    ///
    /// - Parameter index: 0 ..< `count`, in the order of time.
    /// - Throws: `SimulationError` for an index outside.
    public func packet(_ index: Int) throws(SimulationError) -> Packet {
        let alert = try alert(index)
        let measurement = alert.candidate.measurement
        let stamps = Stamps(
            seed: seed, object: alert.candidate.object, neighbours: alert.candidate.neighbours,
            measurement: measurement, noise: noise)
        return Packet(
            key: String(measurement.candid), candid: measurement.candid,
            objectId: alert.candidate.object.name,
            jd: measurement.exposure.julianDate, programid: measurement.exposure.program,
            bytes: try encoders.container(of: try PacketContents(alert: alert, stamps: stamps)))
    }

    /// What a packet says, without its stamps.
    func alert(_ index: Int) throws(SimulationError) -> Alert {
        guard order.indices.contains(index) else {
            throw SimulationError(reason: "simulate alert \(index): there are \(order.count)")
        }
        let objectIndex = Int(order[index].object)
        let object = objects[objectIndex]
        let neighbours = Neighbours(seed: seed, object: object)
        let visits = visits(of: objectIndex)
        // The night's visits come last, one for each of its alerts.
        let position = visits.count - (alertCounts.last?[objectIndex] ?? 0) + Int(order[index].ordinal)
        let visit = visits[position]
        guard let measurement = Measurement(seed: seed, object: object, neighbours: neighbours, visit: visit)
        else {
            throw SimulationError(reason: "simulate alert \(index): nothing was detected")
        }
        let date = visit.exposure.julianDate

        var rows: [LightCurveRow] = []
        var detections = object.past.detections + 1
        var firstDetection = object.past.firstDetection
        for earlier in visits[..<position] {
            let found = Measurement(seed: seed, object: object, neighbours: neighbours, visit: earlier)
            if found != nil {
                detections += 1
                firstDetection = firstDetection ?? earlier.exposure.julianDate
            }
            if date - earlier.exposure.julianDate <= 30 {
                rows.append(LightCurveRow(exposure: earlier.exposure, measurement: found))
            }
        }
        let candidate = Candidate(
            seed: seed, measurement: measurement, object: object, neighbours: neighbours,
            detections: detections,
            coverages: object.past.coverages + position + 1, firstDetection: firstDetection ?? date)
        return Alert(
            candidate: candidate, rows: rows.isEmpty ? nil : rows,
            forcedPhotometry: ForcedPhotometry.history(
                seed: seed, object: object, neighbours: neighbours, visits: visits[..<position], before: date)
        )
    }

    /// All visits to an object until the end of the night, in the order of time.
    private func visits(of index: Int) -> [Visit] {
        let object = objects[index]
        let cadence = Cadence(seed: seed)
        var visits: [Visit] = []
        func visit(_ night: Night, _ position: ChipPosition, _ counter: Int, count: Int, isAlert: Bool) {
            for slot in cadence.slots(night: night, field: position.field, count: count) {
                let exposure = Exposure(
                    seed: seed, night: night, slot: slot, field: position.field, channel: position.channel,
                    programs: programs)
                visits.append(
                    Visit(exposure: exposure, position: position, counter: counter, isAlert: isAlert))
            }
        }
        if object.isCoveredBefore {
            for number in firstNight.number - Self.nightsBefore..<firstNight.number {
                let night = Night(number: number)
                let start = visits.count
                for (position, counter) in [
                    (object.primary, counters[index].primary), (object.secondary, counters[index].secondary),
                ] {
                    guard let position else { continue }
                    let count = cadence.exposureCount(night: night, field: position.field)
                    if count > 0 { visit(night, position, counter, count: count, isAlert: false) }
                }
                visits[start...].sort { $0.exposure.fraction < $1.exposure.fraction }
            }
        }
        for (offset, counts) in alertCounts.enumerated() {
            // A minor planet was elsewhere the night before.
            if object.kind == .minorPlanet, offset < alertCounts.count - 1 { continue }
            visit(
                Night(number: firstNight.number + offset), object.primary, counters[index].primary,
                count: counts[index], isAlert: true)
        }
        return visits
    }
}
