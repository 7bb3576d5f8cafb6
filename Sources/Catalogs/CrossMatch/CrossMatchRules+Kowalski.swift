import Documents

extension CrossMatchRules {
    /// What Kowalski matches, by the `xmatch` section of its `config.defaults.yaml`; every survey is named here.
    public static let kowalski = CrossMatchRules(surveys: [
        survey(
            "ZTF",
            [
                ("2MASS_PSC", 2), ("AllWISE", 2), ("Gaia_DR2", 2), ("Gaia_EDR3", 2), ("Gaia_DR2_WD", 2),
                ("PS1_STRM", 2), ("galaxy_redshifts_20200522", 2), ("GALEX", 2), ("IGAPS_DR2", 2),
                ("LAMOST_DR5_v3", 2), ("PS1_DR1", 2), ("CLU_20190625", 300), ("NED_BetaV3", 300),
                ("milliquas", 2),
            ], lowDistance: 300),
        survey(
            "PGIR",
            [
                ("2MASS_PSC", 8), ("AllWISE", 8), ("Gaia_DR2", 8), ("Gaia_EDR3", 8), ("PS1_STRM", 8),
                ("galaxy_redshifts_20200522", 8), ("GALEX", 8), ("IGAPS_DR2", 8), ("LAMOST_DR5_v3", 8),
                ("PS1_DR1", 8), ("CLU_20190625", 300),
            ], lowDistance: 300),
        survey(
            "WNTR",
            [
                ("2MASS_PSC", 2), ("AllWISE", 5), ("Gaia_EDR3", 2), ("PS1_STRM", 2),
                ("galaxy_redshifts_20200522", 2), ("GALEX", 2), ("IGAPS_DR2", 2), ("LAMOST_DR5_v3", 2),
                ("PS1_DR1", 2), ("CLU_20190625", 300),
            ], lowDistance: 5),
        survey("TURBO", [], lowDistance: 300),
    ])

    /// The fields that a match has, besides `_id` and `coordinates.radec_str`.
    private static let fields: [String: [String]] = [
        "2MASS_PSC": ["j_m", "h_m", "k_m"],
        "AllWISE": [
            "w1mpro", "w1sigmpro", "w2mpro", "w2sigmpro", "w3mpro", "w3sigmpro", "w4mpro", "w4sigmpro",
            "ph_qual",
        ],
        "Gaia_DR2": [
            "parallax", "parallax_error", "phot_g_mean_mag", "phot_bp_mean_mag", "phot_rp_mean_mag",
        ],
        "Gaia_EDR3": [
            "parallax", "parallax_error", "phot_g_mean_mag", "phot_bp_mean_mag", "phot_rp_mean_mag",
        ],
        "Gaia_DR2_WD": ["White_dwarf_name", "Pwd", "Pwd_correction", "SDSS_name", "Teff", "eTeff"],
        "PS1_STRM": ["objID", "class", "prob_Galaxy", "prob_Star", "prob_QSO", "z_phot", "z_phot_err"],
        "galaxy_redshifts_20200522": ["z", "l", "b"],
        "GALEX": ["name", "FUVmag", "e_FUVmag", "NUVmag", "e_NUVmag"],
        "IGAPS_DR2": ["name", "r", "rErr", "i", "iErr", "ha", "haErr", "U_RGO", "UErr"],
        "LAMOST_DR5_v3": [
            "mjd", "snru", "snrg", "snrr", "snri", "snrz", "objtype", "class", "subclass",
        ],
        "PS1_DR1": [
            "gMeanPSFMag", "gMeanPSFMagErr", "rMeanPSFMag", "rMeanPSFMagErr", "iMeanPSFMag",
            "iMeanPSFMagErr", "zMeanPSFMag", "zMeanPSFMagErr", "yMeanPSFMag", "yMeanPSFMagErr",
        ],
        "CLU_20190625": ["name", "ra", "dec", "a", "b2a", "pa", "z", "sfr_fuv", "mstar", "sfr_ha"],
        "NED_BetaV3": [
            "ra", "dec", "objname", "objtype", "z", "z_unc", "z_tech", "z_qual", "DistMpc", "DistMpc_unc",
            "ebv", "m_Ks", "m_Ks_unc", "tMASSphot", "Mstar", "Mstar_unc",
        ],
        "milliquas": ["Name", "Descrip", "Qpct"],
    ]

    /// The catalogues whose matches do not show `_id`.
    private static let withoutID: Set = ["GALEX", "IGAPS_DR2"]

    /// How far a galaxy reaches: kiloparsecs.
    private static let galaxy = 30.0

    private static func survey(
        _ name: String, _ radii: [(catalog: String, arcseconds: Double)], lowDistance: Double
    ) -> Survey {
        Survey(
            name: name,
            catalogs: radii.map { catalog, radius in
                var projection = DocumentWriter()
                projection.append("_id", int32: withoutID.contains(catalog) ? 0 : 1)
                projection.append("coordinates.radec_str", int32: 1)
                for field in fields[catalog] ?? [] { projection.append(field, int32: 1) }
                let distance: (field: String, measure: DistanceRule.Measure)? =
                    switch catalog {
                    case "CLU_20190625": ("z", .redshift)
                    case "NED_BetaV3": ("DistMpc", .megaparsecs)
                    default: nil
                    }
                do {
                    return try CatalogRule(
                        catalog: catalog, radius: radius, projection: projection.finish(),
                        distance: distance.map {
                            DistanceRule(
                                field: $0.field, measure: $0.measure, atDistance: galaxy,
                                lowDistance: lowDistance)
                        })
                } catch {
                    // They are constants of this file.
                    preconditionFailure("the rule of \(catalog) is wrong: \(error)")
                }
            })
    }
}
