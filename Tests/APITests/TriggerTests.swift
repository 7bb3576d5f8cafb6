import Documents
import Foundation
import HTTP
import Synchronization
import Testing

extension Conformance {
    /// `/api/triggers`: what is checked before anything is sent on.
    @Suite struct TriggerTests {
        static let ztf = #"""
            {"queue_name": "ToO_1", "validity_window_mjd": [60440.25, 60441], "queue_type": "list", "user": "ada",
             "targets": [{"request_id": 1, "field_id": 750, "ra": 155.2, "filter_id": 1}]}
            """#
        static let mma = #"""
            {"trigger_name": "S240510a", "trigger_time": 60440.5, "fields": [{"field_id": 1}], "user": "ada"}
            """#

        @Test func dryRunsAnswerAsKowalskiDoes() async throws {
            let api = try RunningAPI.current
            let token = try RunningAPI.token("admin")
            for (name, field, body) in [
                ("ztf", "queue_name", Self.ztf), ("ztfmma", "trigger_name", Self.mma),
            ] {
                let path = "/api/triggers/\(name).test"
                let put = try await api.send("PUT", path, token: token, body: body)
                #expect(put.text == #"{"status":"success","message":"submitted"}"#)
                let delete = try await api.send(
                    "DELETE", path, token: token, body: #"{"\#(field)": "a", "user": "ada", "more": 1}"#)
                #expect(delete.text == #"{"status":"success","message":"deleted"}"#)
                for (query, body) in [
                    ("", nil), ("", "{}"), ("?\(field)=a&user=b", nil), ("", #"{"user": null, "x": 1}"#),
                ] {
                    let get = try await api.send("GET", path + query, token: token, body: body)
                    #expect(
                        get.text
                            == #"{"status":"success","message":"submitted","data":[{"\#(field)":"test"}]}"#)
                }
            }
        }

        @Test(arguments: [
            (
                "PUT", "ztf", "{}",
                """
                5 validation errors for ZTFTriggerPut
                queue_name
                  field required (type=value_error.missing)
                validity_window_mjd
                  field required (type=value_error.missing)
                targets
                  field required (type=value_error.missing)
                queue_type
                  field required (type=value_error.missing)
                user
                  field required (type=value_error.missing)
                """
            ),
            (
                "PUT", "ztf",
                #"{"queue_name": 1, "validity_window_mjd": [1, "x"], "targets": [{}, 5], "queue_type": null, "user": "a"}"#,
                """
                4 validation errors for ZTFTriggerPut
                queue_name
                  str type expected (type=type_error.str)
                validity_window_mjd -> 1
                  value is not a valid float (type=type_error.float)
                targets -> 1
                  value is not a valid dict (type=type_error.dict)
                queue_type
                  none is not an allowed value (type=type_error.none.not_allowed)
                """
            ),
            (
                "DELETE", "ztf", #"{"queue_name": "a"}"#,
                """
                1 validation error for ZTFTriggerDelete
                user
                  field required (type=value_error.missing)
                """
            ),
            (
                "GET", "ztf", #"{"queue_name": []}"#,
                """
                1 validation error for ZTFTriggerGet
                queue_name
                  str type expected (type=type_error.str)
                """
            ),
            (
                "PUT", "ztfmma",
                #"{"trigger_name": "a", "trigger_time": NaN, "fields": {}, "user": "a"}"#,
                """
                2 validation errors for ZTFMMATriggerPut
                trigger_time
                  value is not a valid float (type=type_error.float)
                fields
                  value is not a valid list (type=type_error.list)
                """
            ),
            (
                "PUT", "ztfmma",
                #"{"trigger_name": "a", "trigger_time": 1, "fields": [{"x": [{"y": Infinity}]}], "user": "a"}"#,
                """
                1 validation error for ZTFMMATriggerPut
                fields -> 0
                  value is not a valid float (type=type_error.float)
                """
            ),
        ])
        func whatIsWrongIsNamed(method: String, name: String, body: String, message: String) async throws {
            let api = try RunningAPI.current
            for path in ["/api/triggers/\(name)", "/api/triggers/\(name).test"] {
                let reply = try await api.send(
                    method, path, token: try RunningAPI.token("admin"), body: body)
                #expect(reply.isError(400, "ValidationError: " + message), "\(reply.text)")
            }
        }

        @Test(arguments: ["ztf", "ztf.test", "ztfmma", "ztfmma.test"])
        func onlyAdminsMay(name: String) async throws {
            let api = try RunningAPI.current
            for method in ["GET", "PUT", "DELETE"] {
                let path = "/api/triggers/\(name)"
                #expect(try await api.send(method, path, body: "{}").isError(401, "Unauthorized"))
                let token = try RunningAPI.token("partner")
                #expect(
                    try await api.send(method, path, token: token, body: "{}").isError(403, "Forbidden"))
            }
        }

        @Test func withoutAQueueThereIsNoTrigger() async throws {
            let api = try RunningAPI.current
            let reply = try await api.send(
                "PUT", "/api/triggers/ztf", token: try RunningAPI.token("admin"), body: Self.ztf)
            #expect(
                reply.isError(
                    400,
                    "ZTF trigger attempt rejected: no queue is configured: the setting triggers.url is missing"
                ))
        }
    }
}

/// `/api/triggers` with a server at the far end.
@Suite struct TriggerQueueTests {
    /// The far end: what it was sent, and what it answers.
    final class FarEnd: Sendable {
        struct Sent: Equatable {
            let method: String
            let path: String
            let type: String?
            let body: Document?
        }

        private let state = Mutex<(sent: [Sent], answer: Response)>(([], .text("")))

        func respond(to request: Request) -> Response {
            state.withLock { state in
                state.sent.append(
                    Sent(
                        method: request.method, path: request.path, type: request.headers["Content-Type"],
                        body: try? ExtendedJSON.document(from: request.body)))
                return state.answer
            }
        }

        /// What it was sent since it was last asked.
        func take() -> [Sent] {
            state.withLock { state in
                defer { state.sent = [] }
                return state.sent
            }
        }

        func answer(_ response: Response) { state.withLock { $0.answer = response } }
    }

    private func withFarEnd(_ body: (RunningAPI, FarEnd, String) async throws -> Void) async throws {
        let far = FarEnd()
        let server = try Server(ServerSettings()) { far.respond(to: $0) }
        let result: Result<Void, any Error>
        do {
            try await withAPI(settings: ["SKIPPER_TRIGGERS__URL": "http://127.0.0.1:\(server.port)/"]) {
                api in
                #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
                try await body(api, far, try RunningAPI.token("admin"))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await server.stop(grace: .zero)
        try result.get()
    }

    @Test func theCheckedFieldsAreSentOnByTheSameMethod() async throws {
        try await withFarEnd { api, far, token in
            for (name, endpoint, field, put) in [
                ("ztf", "/queues", "queue_name", Conformance.TriggerTests.ztf),
                ("ztfmma", "/mma_skymaps", "trigger_name", Conformance.TriggerTests.mma),
            ] {
                let path = "/api/triggers/\(name)"
                let given = try ExtendedJSON.document(from: put)
                let more = put.replacing("{\"\(field)\"", with: "{\"further\": 1, \"\(field)\"")
                far.answer(Response(status: 201, headers: ["X-Number": "5"]))
                let reply = try await api.send("PUT", path, token: token, body: more)
                #expect(reply.status == 200 && reply.message == "submitted", "\(reply.text)")
                #expect(reply.data?.document?.string(at: "X-Number") == "5")
                let sent = try #require(far.take().first)
                #expect(sent.method == "PUT" && sent.path == endpoint && sent.type == "application/json")
                #expect(Set(sent.body?.keys ?? []) == Set(given.keys))
                for key in given.keys { #expect(sent.body?[Path(key)] == given[Path(key)]) }

                far.answer(.text("gone"))
                let delete = #"{"\#(field)": "a", "user": "b", "further": 1}"#
                let removed = try await api.send("DELETE", path, token: token, body: delete)
                #expect(removed.status == 200 && removed.message == "deleted")
                #expect(removed.data?.document?.string(at: "Content-Type") == "text/plain; charset=utf-8")
                #expect(
                    far.take() == [
                        .init(
                            method: "DELETE", path: endpoint, type: "application/json",
                            body: [field: "a", "user": "b"])
                    ])

                far.answer(.json(Array(#"[{"queue_name": "q", "n": 12345678901234567, "x": 1.0}]"#.utf8)))
                for (query, body, expected) in [
                    ("", "{}", [:]), ("", nil, [:]), ("?\(field)=a%20b", nil, [field: "a b"]),
                    ("?user=c&trigger_name=t", nil, [field: "t", "user": "c"]),
                    ("?user=ignored", #"{"user": "d"}"#, ["user": "d"]),
                ] as [(String, String?, Document)] {
                    let got = try await api.send("GET", path + query, token: token, body: body)
                    #expect(
                        got.text
                            == #"{"status":"success","message":"retrieved","data":[{"queue_name":"q","n":12345678901234567,"x":1.0}]}"#
                    )
                    #expect(far.take().map(\.body) == [expected])
                }
                // A dry run sends nothing.
                _ = try await api.send("PUT", path + ".test", token: token, body: put)
                #expect(far.take().isEmpty)
            }
        }
    }

    @Test func whatTheQueueRefusesIsToldInKowalskisWords() async throws {
        try await withFarEnd { api, far, token in
            far.answer(.text(""))
            let known = try await api.send(
                "PUT", "/api/triggers/ztf", token: token, body: Conformance.TriggerTests.ztf)
            #expect(known.isError(409, "Submitted queue ToO_1 already exists"))
            let trigger = try await api.send(
                "PUT", "/api/triggers/ztfmma", token: token, body: Conformance.TriggerTests.mma)
            #expect(trigger.isError(409, "Submitted trigger S240510a already exists"))

            far.answer(.text("no telescope", status: 500))
            for (method, name, begin) in [
                ("PUT", "ztf", "ZTF trigger attempt rejected"),
                ("GET", "ztf", "ZTF queue query attempt rejected"),
                ("DELETE", "ztf", "ZTF queue delete attempt rejected"),
                ("PUT", "ztfmma", "ZTF MMA trigger submission attempt rejected"),
                ("GET", "ztfmma", "ZTF MMA trigger status query attempt rejected"),
                ("DELETE", "ztfmma", "ZTF MMA trigger delete attempt rejected"),
            ] {
                let body =
                    method == "PUT"
                    ? (name == "ztf" ? Conformance.TriggerTests.ztf : Conformance.TriggerTests.mma)
                    : #"{"queue_name": "a", "trigger_name": "a", "user": "b"}"#
                let reply = try await api.send(method, "/api/triggers/\(name)", token: token, body: body)
                #expect(reply.isError(400, begin + ": no telescope"), "\(reply.text)")
            }
            // A redirect is not followed: it could lead anywhere.
            far.answer(Response(status: 302, headers: ["Location": "http://127.0.0.1:1/"]))
            let moved = try await api.send("GET", "/api/triggers/ztf", token: token)
            #expect(moved.isError(400, "ZTF queue query attempt rejected: 302 Found"), "\(moved.text)")
            far.answer(.text("<html>"))
            let odd = try await api.send("GET", "/api/triggers/ztf", token: token)
            #expect(odd.isError(400, "ZTF queue query attempt rejected: its answer is no JSON"))
        }
    }

    @Test func aQueueThatIsNotThereIsSaid() async throws {
        // A port that was free a moment ago.
        let server = try Server(ServerSettings()) { _ in .text("") }
        let port = server.port
        await server.stop(grace: .zero)
        try await withAPI(settings: ["SKIPPER_TRIGGERS__URL": "http://127.0.0.1:\(port)"]) { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            let reply = try await api.send(
                "GET", "/api/triggers/ztf", token: try RunningAPI.token("admin"))
            #expect(
                reply.isError(400, "ZTF queue query attempt rejected: the queue cannot be reached"),
                "\(reply.text)")
        }
    }

    @Test func aQueueThatDoesNotAnswerIsGivenUp() async throws {
        let server = try Server(ServerSettings()) { _ in
            // Longer than the tests take; cancelled when the caller leaves.
            try? await Task.sleep(for: .seconds(120))
            return .text("")
        }
        try await withAPI(settings: [
            "SKIPPER_TRIGGERS__URL": "http://127.0.0.1:\(server.port)", "SKIPPER_TRIGGERS__TIMEOUT": "0.2",
        ]) { api in
            #expect(try await eventually { try await api.send("GET", "/readyz").status == 200 })
            let reply = try await api.send(
                "GET", "/api/triggers/ztf", token: try RunningAPI.token("admin"))
            #expect(
                reply.isError(
                    400,
                    "ZTF queue query attempt rejected: the queue gave no answer in time; the request may have reached it"
                ),
                "\(reply.text)")
        }
        await server.stop(grace: .zero)
    }
}
