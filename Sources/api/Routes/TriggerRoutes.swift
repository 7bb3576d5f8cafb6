import Archive
import Documents
import HTTP

/// `/api/triggers/…`: requests to the queue of the ZTF telescope, which are checked and sent on. The same paths with
/// `.test` only check.
struct TriggerRoutes: RouteGroup {
    let queue: TriggerQueue

    func declare(in table: inout RouteTable) {
        for trigger in [Trigger.ztf, .mma] {
            for isTest in [false, true] {
                declarePut(trigger, isTest, in: &table)
                declareGet(trigger, isTest, in: &table)
                declareDelete(trigger, isTest, in: &table)
            }
        }
    }

    private static func path(_ trigger: Trigger, _ isTest: Bool) -> String {
        "/api/triggers/\(trigger.name)\(isTest ? ".test" : "")"
    }

    private static func details(_ isTest: Bool) -> String {
        isTest
            ? "Checks the request and sends nothing on."
            : "Sends the fields named here on to the server of the setting `triggers.url` and waits for its answer."
    }

    /// The header fields of the queue's answer, which Kowalski's clients get as data.
    private static let headerFields = Schema.explained(
        "Header fields of the queue's answer.", .map(.string()))

    private func declarePut(_ trigger: Trigger, _ isTest: Bool, in table: inout RouteTable) {
        var answers: [Int: RouteDescription.Answer] = [
            200: .json(
                "`submitted`: the \(trigger.noun) is there now.",
                Answer.schema(data: isTest ? nil : Self.headerFields))
        ]
        if !isTest {
            answers[409] = .json("There is a \(trigger.noun) of this name.", SharedAnswers.envelope)
        }
        table.on(
            "PUT", Self.path(trigger, isTest), for: .admins,
            RouteDescription(
                isTest ? "Checks a new \(trigger.noun)." : "Submits a \(trigger.noun).", tag: "triggers",
                details: Self.details(isTest), body: trigger.put.schema, answers: answers,
                examples: [.init(Self.path(trigger, isTest), body: trigger.example)])
        ) { request, _ in
            let body = try trigger.put.validated(try Self.json(of: request))
            if isTest { return Answer.success("submitted") }
            let answer = try await send("PUT", trigger, body)
            switch answer.status {
            case 201: return Answer.success("submitted", data: Self.headers(of: answer))
            case 200:
                let name = body.string(at: Path(trigger.nameField)) ?? ""
                return Answer.error("Submitted \(trigger.noun) \(name) already exists", status: 409)
            default: return Self.refusal(trigger, "PUT", answer)
            }
        }
    }

    private func declareGet(_ trigger: Trigger, _ isTest: Bool, in table: inout RouteTable) {
        let named = Schema.Property.optional(trigger.nameField, .explained("Only this one.", .string()))
        table.on(
            "GET", Self.path(trigger, isTest), for: .admins,
            RouteDescription(
                isTest ? "Checks a question for \(trigger.noun)s." : "Lists the \(trigger.noun)s.",
                tag: "triggers",
                details: Self.details(isTest)
                    + "\n\nThe fields come in a JSON body, as Kowalski's clients send them, or "
                    + "as parameters of the query.",
                query: [named, .optional("user", .explained("Only this user's.", .string()))],
                body: trigger.get.schema, isBodyOptional: true,
                answers: [
                    200: .json(
                        isTest
                            ? "`submitted`: the question is good." : "`retrieved`: what the queue answered.",
                        Answer.schema(
                            data: isTest
                                ? .array(.object([.required(trigger.nameField, .string())])) : .anything))
                ])
        ) { request, _ in
            let given = request.body.isEmpty ? Self.query(of: request, trigger) : try Self.json(of: request)
            let body = try trigger.get.validated(given)
            if isTest {
                return Answer.success("submitted", data: [.document([trigger.nameField: "test"])])
            }
            let answer = try await send("GET", trigger, body)
            guard answer.status == 200 else { return Self.refusal(trigger, "GET", answer) }
            guard let data = try? ExtendedJSON.value(from: answer.body, wrappers: .literal) else {
                return Answer.error("\(trigger.refusals["GET"] ?? ""): its answer is no JSON")
            }
            return Answer.success("retrieved", data: data)
        }
    }

    private func declareDelete(_ trigger: Trigger, _ isTest: Bool, in table: inout RouteTable) {
        table.on(
            "DELETE", Self.path(trigger, isTest), for: .admins,
            RouteDescription(
                isTest ? "Checks the removal of a \(trigger.noun)." : "Removes a \(trigger.noun).",
                tag: "triggers",
                details: Self.details(isTest), body: trigger.delete.schema,
                answers: [
                    200: .json(
                        "`deleted`: the \(trigger.noun) is gone.",
                        Answer.schema(data: isTest ? nil : Self.headerFields))
                ])
        ) { request, _ in
            let body = try trigger.delete.validated(try Self.json(of: request))
            if isTest { return Answer.success("deleted") }
            let answer = try await send("DELETE", trigger, body)
            guard answer.status == 200 else { return Self.refusal(trigger, "DELETE", answer) }
            return Answer.success("deleted", data: Self.headers(of: answer))
        }
    }

    private func send(_ method: String, _ trigger: Trigger, _ body: Document) async throws -> ClientResponse {
        do {
            return try await queue.send(method, trigger.endpoint, body)
        } catch let error as TriggerQueueError {
            throw RequestError(nil, "\(trigger.refusals[method] ?? ""): \(error.reason)")
        }
    }

    /// A body's object as it is: what looks like Extended JSON is the queue's own.
    private static func json(of request: Request) throws -> Document {
        guard case .document(let document) = try ExtendedJSON.value(from: request.body, wrappers: .literal)
        else { throw RequestError(.type, "the body must be a JSON object") }
        return document
    }

    private static func query(of request: Request, _ trigger: Trigger) -> Document {
        var writer = DocumentWriter()
        // Kowalski takes `trigger_name` for both.
        if let name = request.queryValue(trigger.nameField) ?? request.queryValue("trigger_name") {
            writer.append(trigger.nameField, string: name)
        }
        if let user = request.queryValue("user") { writer.append("user", string: user) }
        return writer.finish()
    }

    private static func headers(of answer: ClientResponse) -> Value {
        var names: [String] = []
        for field in answer.headers where !names.contains(field.name) { names.append(field.name) }
        var writer = DocumentWriter()
        for name in names {
            writer.append(name, string: answer.headers.values(of: name).joined(separator: ", "))
        }
        return .document(writer.finish())
    }

    /// What the queue says, at most its first thousand characters.
    private static func refusal(_ trigger: Trigger, _ method: String, _ answer: ClientResponse) -> Response {
        let text = String(decoding: answer.body.prefix(4000), as: UTF8.self).prefix(1000)
        let said = text.isEmpty ? "\(answer.status) \(Response.reasonPhrase(status: answer.status))" : text
        return Answer.error("\(trigger.refusals[method] ?? ""): \(said)")
    }
}
