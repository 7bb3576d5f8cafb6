import Documents
import Mongo
import Testing

extension Conformance {
    /// The query type `drop`.
    @Suite struct DropTests {
        @Test func adminsDropCatalogues() async throws {
            let api = try RunningAPI.current
            _ = try await api.database.insert("unwanted", [["_id": 1]])
            let query = #"{"catalog": " unwanted "}"#
            let forbidden = try await api.ask("drop", query, as: "reader")
            #expect(forbidden.isError(403, "Forbidden"))
            #expect(try await api.ask("drop", #"{"catalog": "users"}"#, as: "reader").status == 403)
            #expect(try await api.database.countDocuments("unwanted") == 1)
            let reply = try await api.ask("drop", query)
            #expect(reply.text == #"{"status":"success","message":"Successfully dropped collection"}"#)
            #expect(try await !api.database.listCollectionNames().contains("unwanted"))
            // What is not there is dropped already.
            #expect(try await api.ask("drop", query).status == 200)
        }

        @Test(arguments: [
            "users", "filters", "queries", "rejected", "ZTF_alerts_aux_recent", "ZTF_alerts_aux_older",
        ])
        func nobodyDropsProtectedOnes(catalog: String) async throws {
            let reply = try await RunningAPI.current.ask("drop", #"{"catalog": "\#(catalog)"}"#)
            #expect(reply.status == 400)
            #expect(reply.message?.contains("Protected collection") == true, "\(reply.text)")
            let system = try await RunningAPI.current.ask("drop", #"{"catalog": "system.views"}"#)
            #expect(system.status == 400)
        }
    }
}

/// On a database of its own, because the others need theirs.
@Suite struct SurveyDropTests {
    @Test func lightCurvesGoWithTheirView() async throws {
        try await withAPI { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            func fill() async throws {
                _ = try await api.database.insert("PGIR_alerts_aux_recent", [["_id": "A"]])
                _ = try await api.database.insert(
                    "PGIR_alerts_aux_older", [["_id": "A#0", "objectId": "A", "n": 0]])
            }
            try await fill()
            for _ in 0..<2 {
                #expect(try await api.ask("drop", #"{"catalog": "PGIR_alerts_aux"}"#).status == 200)
                for collection in ["PGIR_alerts_aux", "PGIR_alerts_aux_recent", "PGIR_alerts_aux_older"] {
                    #expect(try await api.database.countDocuments(collection) == 0)
                }
                // The ingester goes on as before: the view and the indexes are there.
                try await fill()
                let count = try await api.ask(
                    "count_documents", #"{"catalog": "PGIR_alerts_aux", "filter": {}}"#)
                #expect(count.data == 1)
                let indexes = try await api.database.listIndexes("PGIR_alerts_aux_older")
                #expect(indexes.contains { $0.unique })
            }
        }
    }

    @Test func surveysWithoutAlertsAreListedAndEmpty() async throws {
        try await withAPI { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            let names = try await api.ask("info", #"{"command": "catalog_names"}"#).data?.list ?? []
            #expect(
                names == [
                    "ZTF_alerts_aux", "ZTF_alerts", "WNTR_alerts_aux", "WNTR_alerts", "TURBO_alerts_aux",
                    "TURBO_alerts",
                    "PGIR_alerts_aux", "PGIR_alerts",
                ])
            for name in names.compactMap(\.string) {
                #expect(try await api.ask("find", #"{"catalog": "\#(name)", "filter": {}}"#).data == [])
                let count = try await api.ask("estimated_document_count", #"{"catalog": "\#(name)"}"#)
                #expect(count.data == 0)
                let near = #"{"radec": [[1, 2], [3, 4]], "catalogs": {"\#(name)": {}}}"#
                let reply = try await api.ask("near", near)
                #expect(reply.data == .document([name: ["[1, 2]": [], "[3, 4]": []]]), "\(reply.text)")
                let info = #"{"command": "catalog_info", "catalog": "\#(name)"}"#
                #expect(try await api.ask("info", info).status == 200)
            }
        }
    }
}
