public import Archive
import Documents
import Foundation
import Kafka
import Sky

/// Makes alerts of messages, on all cores.
public struct PacketDecoder: Sendable {
    private let survey: Survey
    private let reader: AvroReader
    private let tasks: Int
    private let packetBytes: Int

    /// - Parameters:
    ///   - survey: whose packets these are.
    ///   - tasks: how many decode a batch; 0: one per core.
    ///   - packetBytes: the largest packet that is decoded.
    public init(_ survey: Survey, tasks: Int, packetBytes: Int) {
        self.survey = survey
        self.tasks = tasks > 0 ? tasks : ProcessInfo.processInfo.activeProcessorCount
        self.packetBytes = packetBytes
        let fields = survey.fields
        reader = AvroReader(
            shape: AvroShape(
                identifier: Path(fields.candid),
                histories: survey.histories.map {
                    AvroShape.History(field: $0.field, droppingNulls: true, droppingValue: $0.sentinel)
                },
                captures: [
                    Path(fields.candid), Path(fields.objectID), fields.jd, fields.ra, fields.dec,
                    fields.magnitude,
                    fields.detections, fields.firstDetection,
                ]))
    }

    /// The places of what the reader captures.
    private enum Captured {
        static let (candid, objectID, jd, ra, dec, magnitude, detections, firstDetection) = (
            0, 1, 2, 3, 4, 5, 6, 7
        )
    }

    /// Decodes a batch, its messages spread over the cores.
    func decode(_ messages: [Message]) async -> DecodedBatch {
        let start = ContinuousClock.now
        let size = max(1, (messages.count + tasks - 1) / tasks)
        var batch = await withTaskGroup(of: (Int, DecodedBatch).self) { group in
            for start in stride(from: 0, to: messages.count, by: size) {
                group.addTask {
                    var part = DecodedBatch()
                    for index in start..<min(start + size, messages.count) {
                        decode(messages[index], index, into: &part)
                    }
                    return (start, part)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
                .reduce(into: DecodedBatch()) { $0.append($1.1) }
        }
        batch.duration = ContinuousClock.now - start
        return batch
    }

    /// A message that could not be processed, as it is kept.
    func rejection(of message: Message, reason: String) -> RejectedPacket {
        RejectedPacket(
            topic: message.topic, partition: message.partition, offset: message.offset, reason: reason,
            payload: message.payload)
    }

    private func decode(_ message: Message, _ index: Int, into batch: inout DecodedBatch) {
        do {
            guard let payload = message.payload else {
                throw UnusablePacket(field: "packet", reason: "the message has no payload")
            }
            for alert in try alerts(in: payload) { batch.alerts.append(.init(alert: alert, message: index)) }
        } catch {
            batch.rejections.append(rejection(of: message, reason: "\(error)"))
        }
    }

    /// The alerts of one packet, nearly always one.
    /// - Throws: `UnusablePacket` or `AvroError`, which name the field.
    public func alerts(in packet: [UInt8]) throws -> [Alert] {
        guard packet.count <= packetBytes else {
            throw UnusablePacket(field: "packet", reason: "\(packet.count) bytes, more than \(packetBytes)")
        }
        let records = try reader.records(inContainer: packet)
        guard !records.isEmpty else {
            throw UnusablePacket(field: "packet", reason: "the container has no record")
        }
        return try records.map(alert)
    }

    private func alert(_ record: AvroRecord) throws(UnusablePacket) -> Alert {
        let fields = survey.fields
        guard let candid = record.int64(Captured.candid) else {
            throw UnusablePacket(field: fields.candid, reason: "not an integer, or missing")
        }
        guard let objectID = record.string(Captured.objectID), (1...256).contains(objectID.utf8.count) else {
            throw UnusablePacket(field: fields.objectID, reason: "not a text of 1 to 256 bytes, or missing")
        }
        let jd = try number(record, Captured.jd, fields.jd)
        let ra = try number(record, Captured.ra, fields.ra)
        let dec = try number(record, Captured.dec, fields.dec)
        let position: Coordinates
        do {
            position = try Coordinates(ra: ra, dec: dec)
        } catch {
            throw UnusablePacket(
                field: (error.field == "ra" ? fields.ra : fields.dec).description,
                reason: "\(error.value) is \(error.reason)")
        }
        let magnitude = record.double(Captured.magnitude)
        var histories: [String: [DocumentView]] = [:]
        for (rule, points) in zip(survey.histories, record.histories) {
            histories[rule.field] =
                rule.merge == .brightestAlert
                ? ForcedPhotometry.format(points.views, magnitude: magnitude, ra: ra, dec: dec) : points.views
        }
        // A packet that does not say how often is judged by its first detection alone; without that, by Julian date 0.
        let isFirst = record.double(Captured.detections).map { $0 <= 1 } ?? false
        let isYoung = jd - (record.double(Captured.firstDetection) ?? 0) < 30
        return Alert(
            candid: candid, objectID: objectID,
            document: record.document(appending: Self.additions(at: position)),
            histories: histories, seenFromBeginning: isFirst || isYoung)
    }

    private func number(_ record: AvroRecord, _ capture: Int, _ path: Path) throws(UnusablePacket) -> Double {
        guard let number = record.double(capture) else {
            throw UnusablePacket(field: path.description, reason: "not a number, or missing")
        }
        guard number.isFinite else {
            throw UnusablePacket(field: path.description, reason: "\(number) is not finite")
        }
        return number
    }

    /// `classifications` and `coordinates`, which the broker adds to a packet.
    private static func additions(at position: Coordinates) -> Document {
        let derived = DerivedCoordinates(position)
        var writer = DocumentWriter(capacity: 512)
        writer.append("classifications", document: Document())
        writer.beginDocument("coordinates")
        writer.append(position: position, raText: derived.raText, decText: derived.decText)
        writer.append("l", double: derived.galacticLongitude)
        writer.append("b", double: derived.galacticLatitude)
        writer.beginDocument("geocentricmeanecliptic")
        writer.append("lambda", double: derived.eclipticLongitude)
        writer.append("beta", double: derived.eclipticLatitude)
        writer.end()
        writer.end()
        return writer.finish()
    }
}
