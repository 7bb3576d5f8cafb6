import Documents
import Foundation
import Mongo
import Testing

/// Files as they are published load by one command, under the rules of Kowalski's ingesters.
@Suite struct CatalogPresetTests {
    /// Columns of `{CIRADA} VLASS` files beside those that are kept.
    private static let vlass = """
        Component_name,Component_id,Isl_id,RA,DEC,E_RA,E_DEC,Total_flux,E_Total_flux,Peak_flux,E_Peak_flux,Maj,E_Maj,Min,E_Min,Duplicate_flag,Quality_flag
        VLASS1QLCIR J000000.35-361936.1,1,1,0.001489,-36.326695,1e-5,1.2e-5,1.5,0.2,1.25,0.1,3.1,0.2,2.2,0.1,0,0
        VLASS1QLCIR J000000.90+280248.4,2,1,0.003754,28.046777,1e-5,1.2e-5,1.5,0.2,1.25,0.1,3.1,0.2,2.2,0.1,2,0
        VLASS1QLCIR J000001.60-330943.6,3,1,0.006688,-33.162117,1e-5,1.2e-5,1.5,0.2,1.25,0.1,3.1,0.2,2.2,0.1,0,4
        VLASS1QLCIR J000002.00-330943.6,4,1,0.006689,-33.162118,1e-5,1.2e-5,1.5,0.2,1.25,0.1,3.1,0.2,2.2,0.1,1,0

        """
    private static let strm = """
        103900000217460031,1043000000000000123,0.021746,-3.4116,93.5,-63.2,GALAXY,0.99,0.005,0.005,0,0.1,42,0.31,0.03,0.30,0,0.2,77
        103900000217460032,1043000000000000124,0.021747,-3.4117,93.5,-63.2,UNSURE,-999,-999,-999,-999,-999,-999,-999,-999,-999,-999,-999,-999

        """
    private static let gaia = """
        solution_id,designation,source_id,random_index,ra,dec,parallax,phot_g_mean_mag,radial_velocity,phot_variable_flag,duplicated_source
        1636042515805110273,Gaia EDR3 4295806720,4295806720,545300884,44.99615537864534,0.005615226341865997,0.354,17.641426,,NOT_AVAILABLE,False
        1636042515805110273,Gaia EDR3 34361129088,34361129088,894504938,45.00432028915398,0.021047763781174733,,,-12.5,VARIABLE,True

        """

    private func load(
        _ preset: String, _ file: String, _ bytes: [UInt8], _ more: [String] = [],
        _ body: ([Document], String) throws -> Void
    ) async throws {
        try await withWorkplace { workplace in
            try workplace.write(bytes, to: file)
            let ending = try await workplace.start(
                "skipper", ["catalog", "load", "C", file, "--preset", preset, "--verify"] + more
            ).ending()
            #expect(ending.code == 0, "\(ending.errors)")
            var documents: [Document] = []
            let cursor = try await workplace.database.find("C", options: FindOptions(sort: ["_id": 1]))
            while let batch = try await cursor.nextBatch() { documents += batch }
            try body(documents, ending.output)
        }
    }

    @Test func vlassComponentsAreGoodAndNoDuplicates() async throws {
        try await load("vlass", "CIRADA_VLASS1QL_table1_components_v2.csv", Array(Self.vlass.utf8)) {
            documents, output in
            #expect(output.hasPrefix("2 rows stored, 2 left out, 0 rejected"))
            #expect(
                documents.map { $0.string(at: "Component_name")?.suffix(17) }
                    == ["000000.35-361936.1", "000002.00-330943.6"].map { $0.suffix(17) })
            #expect(
                documents.first?.keys == [
                    "_id", "Component_name", "RA", "DEC", "E_RA", "E_DEC", "Total_flux", "E_Total_flux",
                    "Peak_flux",
                    "E_Peak_flux", "Maj", "E_Maj", "Min", "E_Min", "Duplicate_flag", "Quality_flag",
                    "coordinates",
                ])
        }
    }

    @Test func strmHasNoHeaderAndItsSentinelsAreDropped() async throws {
        try await load("ps1_strm", "hlsp_ps1-strm_a_cat.csv", Array(Self.strm.utf8)) { documents, _ in
            #expect(documents.count == 2)
            #expect(documents[0]["_id"] == "1043000000000000123")
            #expect(documents[0].int64(at: "objID") == 103_900_000_217_460_031)
            #expect(documents[0].double(at: "z_phot") == 0.31)
            #expect(
                documents[1].keys == [
                    "_id", "objID", "uniquePspsOBid", "raMean", "decMean", "l", "b", "class", "coordinates",
                ])
        }
    }

    @Test func gaiaIDsAreTexts() async throws {
        try await load("gaia_edr3", "GaiaSource_000000-003111.csv", Array(Self.gaia.utf8)) { documents, _ in
            #expect(documents.map { $0["_id"] } == ["34361129088", "4295806720"])
            #expect(documents[0]["source_id"] == .int64(34_361_129_088))
            #expect(
                documents[0]["duplicated_source"] == true
                    && documents[0].string(at: "phot_variable_flag") == "VARIABLE")
            #expect(
                !documents[1].exists(at: "phot_variable_flag") && !documents[1].exists(at: "radial_velocity"))
            #expect(
                documents[1].double(at: "coordinates.radec_geojson.coordinates.0") == 44.99615537864534 - 180)
        }
    }

    /// Bars between cells, `\N` for null, no header; codes of digits stay texts.
    @Test func barDelimitedFilesOfIRSAAreRead() async throws {
        let psc =
            (0..<60).map { column in
                switch column {
                case 0: "191.018420"
                case 1: "-86.032555"
                case 5: "12440442-8601571"
                case 6: "14.520"
                case 14: "\\N"
                case 18: "AAB"
                case 19: "022"
                case 22: "006655"
                case 28: "1154752731"
                case 30: "2000-01-31"
                default: "\\N"
                }
            }.joined(separator: "|") + "\n"
        try await load("2mass_psc", "psc_aaa", Array(psc.utf8)) { documents, _ in
            #expect(
                documents == [
                    [
                        "_id": 1_154_752_731, "ra": 191.01842, "decl": -86.032555,
                        "designation": "12440442-8601571",
                        "j_m": 14.52, "ph_qual": "AAB", "rd_flg": "022", "ndet": "006655",
                        "pts_key": 1_154_752_731,
                        "date": "2000-01-31",
                        "coordinates": [
                            "radec_str": ["12:44:04.4208", "-86:01:57.198"],
                            "radec_geojson": [
                                "type": "Point", "coordinates": [.double(191.01842 - 180), -86.032555],
                            ],
                        ],
                    ]
                ])
        }
    }

    /// The tables that come as FITS, made by astropy with the names that their descriptions have.
    @Test(arguments: [
        ("igaps", "name=J1|RA=10.5|DEC=20.5|r=15.25|rErr=0.25|U_RGO=nan", "", "name,RA,DEC,r,rErr"),
        ("milliquas", "RA=10.5|DEC=20.5|NAME=Q 1|TYPE=QR|QPCT=97", "", "RA,DEC,Name,Descrip,Qpct"),
        (
            "ned_lvs", "objname=M 31|ra=10.5|dec=20.5|z=-0.001|DistMpc=0.75|ebv=nan", "",
            "objname,ra,dec,z,DistMpc"
        ),
        (
            "lamost_dr5", "obsid=101001|designation=J1|ra=10.5|dec=20.5|snru=1.5", "101001",
            "obsid,designation,ra,dec,snru"
        ),
        (
            "gaia_dr2_wd",
            "WD=WDJ1|Source=4295806720|RAdeg=10.5|DEdeg=20.5|Pwd=0.5|f_Pwd=0|TeffH=12000.5|SDSS=",
            "4295806720",
            "White_dwarf_name,Source,RAdeg,DEdeg,Pwd,Pwd_correction,Teff"
        ),
    ])
    func tablesOfFITSAreLoaded(preset: String, row: String, id: String, fields: String) async throws {
        try await withWorkplace { workplace in
            let script = """
                import sys, numpy as np
                from astropy.table import Table
                row = dict(pair.split('=') for pair in sys.argv[2].split('|'))
                def value(text):
                    for kind in (int, float):
                        try:
                            return kind(text)
                        except ValueError:
                            pass
                    return text
                Table({name: [value(text)] for name, text in row.items()}).write(sys.argv[1], format='fits')
                """
            _ = try await python(script, ["\(workplace.folder)/t.fits", row])
            let ending = try await workplace.run(
                "skipper", "catalog", "load", "C", "t.fits", "--preset", preset)
            #expect(ending.code == 0, "\(ending.errors)")
            let document = try #require(try await workplace.database.documents(of: "C").values.first)
            #expect(
                document.keys.filter { $0 != "_id" && $0 != "coordinates" }
                    == fields.split(separator: ",").map(String.init))
            #expect(document.array(at: "coordinates.radec_geojson.coordinates") == [-169.5, 20.5])
            switch preset {
            case "gaia_dr2_wd": #expect(document["_id"] == .string(id))
            case "lamost_dr5": #expect(document["_id"] == .integer(try #require(Int64(id))))
            default:
                #expect(
                    document["_id"]
                        == .objectID(try #require(ObjectID(hexadecimal: "000000000000000000000001"))))
            }
        }
    }
}
