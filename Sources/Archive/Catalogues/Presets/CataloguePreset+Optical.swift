import Tables

extension CataloguePreset {
    /// Rules of Kowalski's `ingest_ps1_strm`: files without a header, `_id` is uniquePspsOBid as a text, −999 is null.
    static let ps1STRM = CataloguePreset(
        "ps1_strm", "PS1_STRM", "PS1-STRM v1, hlsp_ps1-strm_*_cat.csv.gz",
        "https://archive.stsci.edu/hlsps/ps1-strm/",
        .csv, ra: "raMean", dec: "decMean", id: "uniquePspsOBid", idIsText: true
    ) {
        $0.hasHeader = false
        $0.columns = words(
            """
            objID uniquePspsOBid raMean decMean l b class prob_Galaxy prob_Star prob_QSO extrapolation_Class
            cellDistance_Class cellID_Class z_phot z_photErr z_phot0 extrapolation_Photoz cellDistance_Photoz
            cellID_Photoz
            """)
        $0.sentinels = [-999]
        $0.nulls.insert("NOT_AVAILABLE")
        $0.types = [
            "objID": .int, "uniquePspsOBid": .int, "raMean": .double, "decMean": .double, "class": .string,
        ]
    }

    /// A table of mean objects as CasJobs and MAST write it, with a header; −999 is null (PS1 documentation).
    static let ps1DR1 = CataloguePreset(
        "ps1_dr1", "PS1_DR1", "Pan-STARRS1 mean objects, CSV of MeanObjectView with objID, raMean, decMean",
        "https://mastweb.stsci.edu/ps1casjobs/", .csv, ra: "raMean", dec: "decMean", id: "objID"
    ) {
        $0.sentinels = [-999]
        $0.types = ["objID": .int, "raMean": .double, "decMean": .double]
    }

    /// Rules of Kowalski's `ingest_igaps`: all columns, ids made of the row's place.
    static let igaps = CataloguePreset(
        "igaps", "IGAPS_DR2", "IGAPS, igaps-*.fits.gz", "http://www.star.ucl.ac.uk/IGAPS/catalogue/", .fits,
        ra: "RA",
        dec: "DEC")

    /// The general catalogue; a star observed again has another obsid.
    static let lamostDR5 = CataloguePreset(
        "lamost_dr5", "LAMOST_DR5_v3", "LAMOST DR5 v3, general catalogue dr5_v3.fits.gz",
        "http://dr5.lamost.org/v3/catalogue", .fits, ra: "ra", dec: "dec", id: "obsid")

    /// Names of columns as Kowalski's projection has them.
    static let milliquas = CataloguePreset(
        "milliquas", "milliquas", "Million Quasars v8, milliquas.fits", "https://quasars.org/milliquas.htm",
        .fits,
        ra: "RA", dec: "DEC"
    ) { $0.renames = ["NAME": "Name", "TYPE": "Descrip", "QPCT": "Qpct"] }

    /// The public table with the columns of NED_BetaV3.
    static let nedLVS = CataloguePreset(
        "ned_lvs", "NED_BetaV3", "NED Local Volume Sample, NEDLVS_*.fits",
        "https://ned.ipac.caltech.edu/NED::LVS/",
        .fits, ra: "ra", dec: "dec")

    /// Words with white space between.
    static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
