/// The Avro schema of the packets: that of ZTF alerts, version 4.02.
///
/// Names, types and units are the survey's (github.com/ZwickyTransientFacility/ztf-avro-alert); the
/// explanations are ours.
public enum AlertSchema {
    /// What `schemavsn` says.
    static let version = "4.02"

    /// The schema as JSON without spaces, keys in alphabetical order as the survey writes them.
    public static let text: String = {
        let stamp = record(
            "cutout", namespace: true, "A compressed image",
            [
                plain("fileName", "string", "File name of the image"),
                plain("stampData", "bytes", "The FITS file of the image, compressed with gzip"),
            ])
        let fields = [
            plain("schemavsn", "string", "Version of the schema that this packet follows"),
            plain("publisher", "string", "Who made this packet"),
            plain(
                "objectId", "string", "Name of the object: all detections near one place on the sky share it"),
            plain("candid", "long", "Number of the detection, the same as that of the candidate"),
            #"{"name":"candidate","type":"#
                + record("candidate", namespace: true, "The detection", CandidateFields.all.map(\.text))
                + "}",
            optional(
                "prv_candidates",
                array("prv_candidate", "An earlier exposure of the place", LightCurveFields.rows)),
            optional(
                "fp_hists", array("fp_hist", "Forced photometry in one exposure", LightCurveFields.forced)),
            optional("cutoutScience", stamp),
            optional("cutoutTemplate", #""ztf.alert.cutout""#),
            optional("cutoutDifference", #""ztf.alert.cutout""#),
        ]
        return record("ztf.alert", namespace: false, "An alert of the Zwicky Transient Facility", fields)
    }()

    private static func record(_ name: String, namespace: Bool, _ doc: String, _ fields: [String]) -> String {
        #"{"doc":""# + doc + #"","fields":["# + fields.joined(separator: ",") + #"],"name":""# + name + #"","#
            + (namespace ? #""namespace":"ztf.alert","# : "") + #""type":"record","version":""# + version
            + #""}"#
    }

    private static func array(_ name: String, _ doc: String, _ fields: [SchemaField]) -> String {
        #"{"items":"# + record(name, namespace: true, doc, fields.map(\.text)) + #","type":"array"}"#
    }

    private static func plain(_ name: String, _ type: String, _ doc: String) -> String {
        #"{"doc":""# + doc + #"","name":""# + name + #"","type":""# + type + #""}"#
    }

    private static func optional(_ name: String, _ type: String) -> String {
        #"{"default":null,"name":""# + name + #"","type":["null","# + type + "]}"
    }
}

/// One field of a record of the schema.
struct SchemaField: Sendable {
    let name: String
    /// A primitive type of Avro.
    let type: String
    /// Whether it may be null, and if so whether null is its default.
    let nullability: Nullability
    /// What it is, with its unit in brackets.
    let doc: String

    /// Whether a field may be null.
    enum Nullability: Sendable {
        case never, yes, byDefault
    }

    /// A field that always has a value.
    static func required(_ name: String, _ type: String, _ doc: String) -> SchemaField {
        SchemaField(name: name, type: type, nullability: .never, doc: doc)
    }

    /// A field that is null unless given.
    static func optional(_ name: String, _ type: String, _ doc: String) -> SchemaField {
        SchemaField(name: name, type: type, nullability: .byDefault, doc: doc)
    }

    /// The same field where it may be null without being so by default.
    var nullable: SchemaField { SchemaField(name: name, type: type, nullability: .yes, doc: doc) }

    /// Its part of the schema.
    var text: String {
        let described = #""doc":""# + doc + #"","name":""# + name + #"","type":"#
        return switch nullability {
        case .never: "{" + described + "\"" + type + "\"}"
        case .yes: "{" + described + #"["null",""# + type + #""]}"#
        case .byDefault: #"{"default":null,"# + described + #"["null",""# + type + #""]}"#
        }
    }
}
