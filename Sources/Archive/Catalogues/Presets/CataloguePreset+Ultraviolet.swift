import Tables

extension CataloguePreset {
    /// Columns under the names that Kowalski's projection has, which are VizieR's; −999 is null (MCAT documentation).
    static let galex = CataloguePreset(
        "galex", "GALEX", "GALEX GUVcat_AIS (Bianchi+ 2017), CSV with OBJID, RA, DEC, FUV_MAG ...",
        "https://archive.stsci.edu/hlsp/guvcat", .csv, ra: "RA", dec: "DEC", id: "OBJID"
    ) {
        $0.renames = [
            "FUV_MAG": "FUVmag", "FUV_MAGERR": "e_FUVmag", "NUV_MAG": "NUVmag", "NUV_MAGERR": "e_NUVmag",
        ]
        $0.sentinels = [-999]
        $0.types = ["OBJID": .int, "RA": .double, "DEC": .double]
    }
}
