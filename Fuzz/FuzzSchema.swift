import Documents
import Simulation

/// A schema against which bodies without any framing are read, in two shapes that must agree.
struct FuzzSchema: Sendable {
    /// The schema's text.
    let text: String
    /// What the second shape sets apart and remembers.
    let shape: AvroShape
    /// Leaves everything in the main document.
    let plain: AvroDecoder
    /// Has the shape.
    let apart: AvroDecoder
    /// Reads containers of the schema, everything in the main document.
    let reader = AvroReader(limits: limits)
    /// A container's header.
    let header: [UInt8]

    /// Small, so that time goes into variety.
    static let limits = AvroLimits(recordBytes: 1 << 20, containerBytes: 4 << 20, items: 20_000)
    /// What ends a header and each block.
    static let marker = [UInt8](1...16)
    /// The shape for any schema: names that the schemas below have in common.
    static let anyShape = AvroShape(
        identifier: "candid",
        histories: [
            .init(field: "rows"), .init(field: "thinned", droppingNulls: true, droppingValue: -99999),
        ],
        captures: ["inner", "inner.value", "inner.inner.value", "text", "number"])

    /// Compiles a schema.
    init(_ text: String, _ shape: AvroShape = anyShape) throws(AvroError) {
        self.text = text
        self.shape = shape
        let schema = try AvroSchema(text)
        plain = try AvroDecoder(schema: schema, limits: Self.limits)
        apart = try AvroDecoder(schema: schema, shape: shape, limits: Self.limits)
        header = try AvroContainerWriter(schema: text, marker: Self.marker).container(of: [])
    }

    /// The schemas, of which an input chooses one by its index.
    static let all: [FuzzSchema] = {
        let packet = AvroShape(
            identifier: "candid",
            histories: [
                .init(field: "prv_candidates", droppingNulls: true),
                .init(field: "fp_hists", droppingNulls: true, droppingValue: -99999),
            ],
            captures: [
                "objectId", "candidate.jd", "candidate.programid", "candidate.ssnamenr",
                "cutoutScience.stampData",
            ])
        do {
            return try [FuzzSchema(Simulation.schema, packet)] + texts.map { try FuzzSchema($0) }
        } catch {
            fatalError("a schema of our own is refused: \(error)")
        }
    }()

    /// Small schemas that have, together, every type, logical type and oddity.
    static let texts = [
        // Every type, and records in themselves by way of unions, arrays and maps.
        """
        {"type":"record","name":"all","fields":[
        {"name":"candid","type":"long"},{"name":"b","type":"boolean"},{"name":"f","type":["null","float"]},
        {"name":"rows","type":["null",{"type":"array","items":{"type":"record","name":"row","fields":[
        {"name":"jd","type":"double"},{"name":"m","type":["float","null"]},{"name":"s","type":["null","string"]},
        {"name":"i","type":"int"},{"name":"deeper","type":["null","row"]}]}}]},
        {"name":"thinned","type":{"type":"array","items":"row"}},
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B","C"]}},
        {"name":"m","type":{"type":"map","values":["null","long","string",{"type":"array","items":"double"}]}},
        {"name":"inner","type":{"type":"record","name":"inner","fields":[
        {"name":"value","type":["null","long","string"]},{"name":"inner","type":["null","inner"]},
        {"name":"many","type":{"type":"map","values":"inner"}}]}},
        {"name":"text","type":"string"},{"name":"number","type":["null","int"]}]}
        """,
        // Logical types, the unknown and the ill-fitting ones too.
        """
        {"type":"record","name":"logical","namespace":"a.b","fields":[{"name":"candid","type":"int"},
        {"name":"number","type":{"type":"bytes","logicalType":"decimal","precision":40,"scale":3}},
        {"name":"d","type":{"type":"fixed","name":"D","size":5,"logicalType":"decimal","precision":11,"scale":11}},
        {"name":"u","type":{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}},
        {"name":"x","type":{"type":"fixed","name":"X","size":12,"logicalType":"duration"}},
        {"name":"day","type":{"type":"int","logicalType":"date"}},
        {"name":"t","type":{"type":"array","items":["null",{"type":"long","logicalType":"timestamp-nanos"}]}},
        {"name":"rows","type":{"type":"array","items":{"type":"record","name":"R","fields":[
        {"name":"ms","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"us","type":["null",{"type":"long","logicalType":"local-timestamp-micros"}]},
        {"name":"z","type":{"type":"bytes","logicalType":"decimal","precision":4,"scale":9}},
        {"name":"n","type":["int","null"],"logicalType":"date"}]}}},
        {"name":"thinned","type":["null",{"type":"array","items":"R"},{"type":"array","items":"a.b.R"}]},
        {"name":"text","type":["null","string"]},{"name":"inner","type":"R"}]}
        """,
        // Names that come twice, names too long for their place in an instruction, values of no bytes.
        """
        {"type":"record","name":"odd","fields":[{"name":"candid","type":["null","long"]},
        {"name":"twice","type":[{"type":"array","items":"null"},{"type":"map","values":"bytes"}]},
        {"name":"name_that_is_longer_than_an_instruction_has_room_for","type":["null","string"]},
        {"name":"twice","type":{"type":"map","values":"bytes"}},
        {"name":"inner","type":[{"type":"record","name":"A","fields":[{"name":"value","type":"double"}]},
        {"type":"record","name":"B","fields":[{"name":"value","type":"bytes"},{"name":"inner","type":["A","B"]}]}]},
        {"name":"thinned","type":{"type":"array","items":{"type":"record","name":"N","fields":[
        {"name":"n","type":"null"},{"name":"l","type":"long"},{"name":"l","type":["long","null"]},
        {"name":"b","type":["null","boolean"]},{"name":"u","type":["null","int","double","string"]},
        {"name":"another_name_that_is_longer_than_an_instruction","type":"float"}]}}},
        {"name":"rows","type":{"type":"array","items":{"type":"record","name":"Empty","fields":[]}}},
        {"name":"number","type":{"type":"fixed","name":"None","size":0}},{"name":"text","type":"bytes"}]}
        """,
        // A record of no bytes at all.
        #"{"type":"record","name":"nothing","fields":[{"name":"text","type":"null"}]}"#,
    ]
}
