import Archive
import Documents
import HTTP

/// A light curve as rows with the same columns each.
enum LightCurveRows {
    /// The columns with their units.
    static let schema = Schema.object(
        [
            column("jd", "Start of the exposure, Julian date, UTC.", .number),
            column("mjd", "The same as modified Julian date: jd - 2400000.5.", .number),
            column("fid", "The survey's number of the filter.", .nullable(.integer())),
            column("filter", "Name of the filter, as SkyPortal calls it: `ztfg`.", .nullable(.string())),
            column(
                "mag",
                "AB magnitude of the difference from the template; null where nothing was detected or the flux of "
                    + "forced photometry is not positive.", .nullable(.number)),
            column("magerr", "Its standard error.", .nullable(.number)),
            column("diffmaglim", "AB magnitude that could be detected at 5 sigma.", .nullable(.number)),
            column("isdiffpos", "Whether brighter than in the template.", .nullable(.boolean)),
            column(
                "flux", "Microjansky (AB zero point 23.9) above the template; negative where fainter.",
                .nullable(.number)),
            column(
                "fluxerr",
                "Its standard error, microjansky; where nothing was detected a fifth of the limiting flux.",
                .nullable(.number)),
            column("ra", "Right ascension of the detection, degrees.", .nullable(.number)),
            column("dec", "Declination of the detection, degrees.", .nullable(.number)),
            column("programid", "The program that says who may see the point.", .nullable(.integer())),
            column(
                "source", "Where the point comes from.",
                .string(allowed: ["alert", "prv_candidates", "fp_hists"])),
            column("candid", "Number of the alert; null where nothing was detected.", .nullable(.integer())),
            column("candid_str", "The same as text.", .nullable(.string())),
        ], isClosed: true)

    private static func column(_ name: String, _ meaning: String, _ schema: Schema) -> Schema.Property {
        .required(name, .explained(meaning, schema))
    }

    /// The rows as a table of RFC 4180: a line with the names, nothing where something is missing. No name and no
    /// value has a comma or a quote in it.
    static func csv(_ points: [LightCurvePoint]) -> [UInt8] {
        var lines = [schema.properties.map(\.name).joined(separator: ",")]
        for point in points {
            lines.append(point.document.elements.map { cell($0.value) }.joined(separator: ","))
        }
        return Array(lines.map { $0 + "\r\n" }.joined().utf8)
    }

    private static func cell(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .bool(let truth): truth ? "true" : "false"
        case .double(let number): "\(number)"
        default: value.int64.map(String.init) ?? ""
        }
    }
}
