/// The fields of the two kinds of light-curve rows.
enum LightCurveFields {
    /// The 57 fields of `prv_candidate`: most of the candidate's, and null where nothing was detected.
    static let rows: [SchemaField] = {
        let shared = CandidateFields.all.prefix(while: { $0.name != "sgmag1" })
        let measured = [
            "scorr", "magzpsci", "magzpsciunc", "magzpscirms", "clrcoeff", "clrcounc", "rbversion",
        ]
        let further = measured.flatMap { name in CandidateFields.all.filter { $0.name == name } }
        let nullable = ["candid", "isdiffpos", "ra", "dec", "magpsf", "sigmapsf", "ranr", "decnr"]
        return (shared + further).map { nullable.contains($0.name) ? $0.nullable : $0 }
    }()

    /// The 29 fields of `fp_hist`.
    static let forced: [SchemaField] = [
        shared("field"), shared("rcid"), shared("fid"), shared("pid"), shared("rfid"),
        .optional("sciinpseeing", "float", "Seeing in the science image [arcsec]"),
        .optional("scibckgnd", "float", "Background of the science image [DN]"),
        .optional("scisigpix", "float", "Scatter of a pixel of the science image [DN]"),
        shared("magzpsci"), shared("magzpsciunc"), shared("magzpscirms"), shared("clrcoeff"),
        shared("clrcounc"),
        shared("exptime"),
        .optional(
            "adpctdif1", "float", "Scatter of the astrometry against Gaia along right ascension [arcsec]"),
        .optional("adpctdif2", "float", "Scatter of the astrometry against Gaia along declination [arcsec]"),
        shared("diffmaglim"), shared("programid"), shared("jd"),
        .optional(
            "forcediffimflux", "float",
            "Flux in the difference image, forced at the place, -99999 if none [DN]"),
        .optional("forcediffimfluxunc", "float", "One sigma of that flux, -99999 if none [DN]"),
        .optional("procstatus", "string", "0 if all went well, else the numbers of the warnings and faults"),
        .optional(
            "distnr", "float",
            "Distance to the nearest source of the reference image, -99999 if none [arcsec]"),
        shared("ranr"), shared("decnr"), shared("magnr"), shared("sigmagnr"), shared("chinr"),
        shared("sharpnr"),
    ].compactMap(\.self)

    /// The candidate's field of a name.
    private static func shared(_ name: String) -> SchemaField? {
        CandidateFields.all.first { $0.name == name }
    }
}
