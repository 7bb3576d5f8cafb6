import Tables

extension CataloguePreset {
    /// Rules of Kowalski's `ingest_vlass`: fifteen columns of components that are no duplicates and of good quality.
    static let vlass = CataloguePreset(
        "vlass", "VLASS_DR1", "VLASS epoch 1 Quick Look components, CIRADA_VLASS1QL_table1_components_v*.csv",
        "https://cirada.ca/vlasscatalogueql0", .csv, ra: "RA", dec: "DEC",
        conditions: [RowCondition("Duplicate_flag", .less, 2), RowCondition("Quality_flag", .equal, 0)]
    ) {
        $0.wanted = words(
            """
            Component_name RA DEC E_RA E_DEC Total_flux E_Total_flux Peak_flux E_Peak_flux Maj E_Maj Min E_Min
            Duplicate_flag Quality_flag
            """)
        $0.types = [
            "Component_name": .string, "RA": .double, "DEC": .double, "Duplicate_flag": .int,
            "Quality_flag": .int,
        ]
    }
}
