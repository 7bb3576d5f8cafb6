internal import CAvro
import Synchronization

/// Turns contents into object container files: libavro's value of the schema, filled anew for each packet.
///
/// One thread at a time.
final class PacketEncoder {
    private let schema: avro_schema_t
    private let type: UnsafeMutablePointer<avro_value_iface_t>
    private let value: avro_value_t

    /// The sixteen bytes between the parts of a container; any will do, so they are always the same.
    private static let marker = Array("skipper simulate".utf8)

    /// What all containers begin with: magic, metadata, marker (Avro specification, "Object Container
    /// Files").
    private static let header: [UInt8] = {
        var bytes: [UInt8] = [0x4F, 0x62, 0x6A, 0x01]
        append(2, to: &bytes)
        for text in ["avro.schema", AlertSchema.text, "avro.codec", "null"] {
            append(text.utf8.count, to: &bytes)
            bytes += text.utf8
        }
        append(0, to: &bytes)
        return bytes + marker
    }()

    /// Room for a record: three stamps of at most 20 kB and some hundred rows.
    private static let capacity = 512 << 10
    private let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: capacity)
    private let output: avro_writer_t

    /// - Throws: `SimulationError` if libavro refuses the schema or finds no memory.
    init() throws(SimulationError) {
        var schema: avro_schema_t?
        let text = AlertSchema.text
        guard avro_schema_from_json_length(text, text.utf8.count, &schema) == 0, let schema else {
            buffer.deallocate()
            throw Self.failure("read the schema")
        }
        var value = avro_value_t()
        guard let type = avro_generic_class_from_schema(schema) else {
            avro_schema_decref(schema)
            buffer.deallocate()
            throw Self.failure("make a class of the schema")
        }
        guard avro_generic_value_new(type, &value) == 0,
            let output = avro_writer_memory(buffer.baseAddress, Int64(Self.capacity))
        else {
            cavro_class_release(type)
            avro_schema_decref(schema)
            buffer.deallocate()
            throw Self.failure("make a value of the schema")
        }
        self.schema = schema
        self.type = type
        self.value = value
        self.output = output
    }

    deinit {
        avro_writer_free(output)
        buffer.deallocate()
        var value = value
        avro_value_decref(&value)
        cavro_class_release(type)
        avro_schema_decref(schema)
    }

    /// A container of one record.
    ///
    /// - Throws: `SimulationError` if libavro fails, which is a fault of ours.
    func container(of contents: PacketContents) throws(SimulationError) -> [UInt8] {
        guard cavro_reset(value) == 0 else { throw Self.failure("reset the record") }
        var writer = FieldWriter(value)
        contents.write(to: &writer)
        guard writer.status == 0 else { throw Self.failure("fill the record") }
        avro_writer_reset(output)
        var filled = value
        guard avro_value_write(output, &filled) == 0 else { throw Self.failure("write the record") }
        let size = Int(avro_writer_tell(output))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.header.count + size + 40)
        bytes += Self.header
        Self.append(1, to: &bytes)
        Self.append(size, to: &bytes)
        bytes += UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<size])
        bytes += Self.marker
        return bytes
    }

    /// Appends a count as Avro writes a long: doubled, in groups of seven bits, the lowest first.
    private static func append(_ count: Int, to bytes: inout [UInt8]) {
        var rest = UInt64(count) << 1
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func failure(_ attempt: String) -> SimulationError {
        SimulationError(reason: "libavro could not \(attempt): \(String(cString: avro_strerror()))")
    }
}

/// Encoders for any number of threads, made when there is none to spare.
final class PacketEncoders: Sendable {
    /// An encoder on its way between threads.
    ///
    /// Unchecked because an encoder is either in the list or in the hands of the one call that took it out.
    private struct Spare: @unchecked Sendable {
        let encoder: PacketEncoder
    }

    private let spare = Mutex<[Spare]>([])

    /// A container of one record.
    func container(of contents: PacketContents) throws(SimulationError) -> [UInt8] {
        let taken = spare.withLock { $0.popLast() }
        let mine = if let taken { taken } else { Spare(encoder: try PacketEncoder()) }
        defer { spare.withLock { $0.append(mine) } }
        return try mine.encoder.container(of: contents)
    }
}
