import Documents
import Testing

extension Listings {
    /// `/api/catalogs`.
    @Suite struct CatalogListingTests {
        @Test func theSameCataloguesAreListedAsQueriesName() async throws {
            let api = try RunningAPI.current
            for user in ["reader", "admin"] {
                let names = try await api.ask("info", #"{"command": "catalog_names"}"#, as: user)
                let listed = try await api.get("/api/catalogs", as: user).documents
                #expect(listed.map { $0.string(at: "name") } == names.data?.list?.map(\.string).reversed())
                #expect(listed.contains { $0.string(at: "name") == "PGIR_alerts" })
                #expect(!listed.contains { ["users", "rejected"].contains($0.string(at: "name")) })
            }
        }

        @Test func whoSeesAPartIsNotToldHowMuchThereIs() async throws {
            let api = try RunningAPI.current
            func number(_ user: String, _ name: String) async throws -> Value? {
                try await api.get("/api/catalogs", as: user).documents
                    .first { $0.string(at: "name") == name }?["documents"]
            }
            #expect(try await number("admin", "ZTF_alerts") == 4)
            #expect(try await number("reader", "ZTF_alerts") == .null)
            #expect(try await number("reader", "PGIR_alerts") == 1)
            let mine = try #require(try await api.get("/api/catalogs/ZTF_alerts").data?.document)
            #expect(mine.int64(at: "documents") == 2 && mine["bytes"] == .null)
            let all = try #require(try await api.get("/api/catalogs/ZTF_alerts", as: "admin").data?.document)
            #expect(all.int64(at: "documents") == 4)
            #expect((all.int64(at: "bytes") ?? 0) > 1000)
        }

        @Test func fieldsAreThoseOfAVisibleDocument() async throws {
            let api = try RunningAPI.current
            func fields(_ catalogue: String, _ user: String) async throws -> [String: String] {
                let reply = try await api.get("/api/catalogs/\(catalogue)", as: user)
                let pairs = (reply.data?.document ?? [:]).documents(at: "fields").compactMap { field in
                    field.string(at: "name").flatMap { name in field.string(at: "type").map { (name, $0) } }
                }
                return Dictionary(pairs) { first, _ in first }
            }
            let alert = try await fields("ZTF_alerts", "reader")
            #expect(alert["candid"] == "long" && alert["candidate"] == "object")
            #expect(alert["candidate.jd"] == "double" && alert["candidate.fid"] == "int")
            #expect(alert["candidate.hidden"] == nil && alert["cutoutScience"] == nil)
            #expect(try await fields("ZTF_alerts", "admin")["candidate.hidden"] == "string")
            let curve = try await fields("ZTF_alerts_aux", "reader")
            #expect(curve["prv_candidates"] == "array" && curve["prv_candidates.jd"] == "double")
            #expect(curve["fp_hists.procstatus"] == "string" && curve["mine"] == nil)
            #expect(try await fields("ZTF_alerts_aux", "admin")["mine"] == "string")
        }

        @Test func indexesAreToldWithTheirKeys() async throws {
            let reply = try await RunningAPI.current.get("/api/catalogs/ZTF_alerts")
            #expect(
                reply.data?.document?["indexes"] == [
                    ["name": "_id_", "keys": [["_id", 1]], "unique": true],
                    ["name": "candid", "keys": [["candid", -1]], "unique": true],
                    [
                        "name": "position", "keys": [["coordinates.radec_geojson", "2dsphere"]],
                        "unique": false,
                    ],
                ])
        }

        @Test func aViewIsACatalogueWithoutIndexes() async throws {
            let view = try await RunningAPI.current.get("/api/catalogs/bright").data?.document
            #expect(view?.int64(at: "documents") == 1 && view?["bytes"] == .null)
            #expect(view?["indexes"] == [])
            #expect(view?.documents(at: "fields").first { _ in true }?.string(at: "name") == "_id")
        }

        @Test(arguments: [
            "users", "filters", "rejected", "nothing", "system.views", "%20", "ZTF_alerts%20", "a%00b",
        ])
        func otherNamesAreNotThere(name: String) async throws {
            let reply = try await RunningAPI.current.get("/api/catalogs/\(name)")
            // A path that cannot be decoded is nobody's.
            if name == "a%00b" {
                #expect(reply.status == 400)
            } else {
                #expect(reply.isError(404, "Not Found"), "\(reply.text)")
            }
            #expect(try await RunningAPI.current.send("GET", "/api/catalogs/\(name)").status != 200)
        }
    }
}
