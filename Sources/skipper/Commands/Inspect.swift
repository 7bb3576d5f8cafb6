import Archive
import Broker
import Documents
import Foundation

/// `skipper inspect`: prints what would be stored of packets.
enum Inspect {
    @Sendable static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, switches: ["stamps"])
        let decoder = PacketDecoder(.ztf, tasks: 1, packetBytes: 15 << 20)
        var faults = 0
        for file in try PacketFiles.named(arguments.words) {
            do {
                for alert in try decoder.alerts(in: Array(try Data(contentsOf: URL(fileURLWithPath: file)))) {
                    show(
                        arguments.switches.contains("stamps") ? alert.document : withoutStamps(alert.document)
                    )
                    show(alert.newAuxiliaryDocument(of: .ztf))
                }
            } catch {
                faults += 1
                FileHandle.standardError.write(Data("\(file): \(error)\n".utf8))
            }
        }
        guard faults == 0 else { throw CommandError("\(faults) of the files are not usable") }
    }

    private static func show(_ document: Document) {
        var line = ExtendedJSON.bytes(of: document)
        line.append(UInt8(ascii: "\n"))
        FileHandle.standardOutput.write(Data(line))
    }

    /// The document with the number of bytes in place of each binary value.
    private static func withoutStamps(_ document: Document) -> Document {
        var writer = DocumentWriter(capacity: 16384)
        for element in document.elements {
            switch element.value {
            case .binary(_, let bytes): writer.append(element.key, string: "\(bytes.count) bytes")
            case .document(let inner): writer.append(element.key, document: withoutStamps(inner))
            default: writer.append(element)
            }
        }
        return writer.finish()
    }
}
