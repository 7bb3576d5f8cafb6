import Tables

extension CataloguePreset {
    /// Rules of Kowalski's `ingest_gaia_edr3`: `_id` is source_id as a text, and NOT_AVAILABLE means null.
    static let gaiaEDR3 = gaia("gaia_edr3", "Gaia_EDR3", "Gaia EDR3, gaia_source", "gedr3/gaia_source/")

    /// The same rules for the older release.
    static let gaiaDR2 = gaia("gaia_dr2", "Gaia_DR2", "Gaia DR2, gaia_source", "gdr2/gaia_source/csv/")

    /// The same rules for the newer release, whose files begin with lines of description.
    static let gaiaDR3 = gaia("gaia_dr3", "Gaia_DR3", "Gaia DR3, gaia_source", "gdr3/gaia_source/") {
        $0.comment = UInt8(ascii: "#")
    }

    private static func gaia(
        _ name: String, _ catalogue: String, _ title: String, _ folder: String,
        _ change: (inout TableLayout) -> Void = { _ in }
    ) -> CataloguePreset {
        CataloguePreset(
            name, catalogue, title, "https://cdn.gea.esac.esa.int/Gaia/\(folder)", .csv, ra: "ra", dec: "dec",
            id: "source_id", idIsText: true
        ) {
            $0.nulls.insert("NOT_AVAILABLE")
            $0.types = ["source_id": .int, "ra": .double, "dec": .double]
            change(&$0)
        }
    }

    /// VizieR's columns under the names that Kowalski's projection has; Teff and eTeff are those of the fit with
    /// hydrogen.
    static let gaiaDR2WhiteDwarfs = CataloguePreset(
        "gaia_dr2_wd", "Gaia_DR2_WD",
        "Gaia DR2 white dwarfs (Gentile Fusillo+ 2019), VizieR's FITS of gaia2wd.dat",
        "https://cdsarc.cds.unistra.fr/viz-bin/cat/J/MNRAS/482/4570", .fits, ra: "RAdeg", dec: "DEdeg",
        id: "Source",
        idIsText: true
    ) {
        $0.renames = [
            "WD": "White_dwarf_name", "SDSS": "SDSS_name", "f_Pwd": "Pwd_correction", "TeffH": "Teff",
            "e_TeffH": "eTeff",
        ]
    }
}
