/// A kind of request to the queue of the ZTF telescope, with what Kowalski and the queue call its parts.
struct Trigger: Sendable {
    /// Last segment of our own path: `ztf`.
    let name: String
    /// Path of the queue's server: `queues`.
    let endpoint: String
    /// The field that names one.
    let nameField: String
    /// What one is called in messages.
    let noun: String
    let put: TriggerModel
    let get: TriggerModel
    let delete: TriggerModel
    /// What the messages begin with that tell what the queue's server refused, by method.
    let refusals: [String: String]
    /// JSON of one, for the documentation.
    let example: String

    /// The queue of observations.
    static let ztf = Trigger(
        name: "ztf", endpoint: "queues", nameField: "queue_name", noun: "queue",
        put: TriggerModel(
            name: "ZTFTriggerPut",
            fields: [
                .init(name: "queue_name", kind: .text, meaning: "Name of the queue."),
                .init(
                    name: "validity_window_mjd", kind: .numbers,
                    meaning: "When it may be observed: modified Julian dates of begin and end."),
                .init(
                    name: "targets", kind: .objects,
                    meaning:
                        "What to observe, in the words of the queue: `request_id`, `program_id`, `field_id`, "
                        + "`ra`, `dec`, `filter_id`, `exposure_time` and so on."),
                .init(name: "queue_type", kind: .text, meaning: "`list` for one."),
                .init(name: "user", kind: .text, meaning: "Who asks for it."),
            ]),
        get: optional("ZTFTriggerGet", "queue_name"), delete: required("ZTFTriggerDelete", "queue_name"),
        refusals: [
            "PUT": "ZTF trigger attempt rejected", "GET": "ZTF queue query attempt rejected",
            "DELETE": "ZTF queue delete attempt rejected",
        ],
        example: """
            {"queue_name": "ToO_example", "queue_type": "list", "user": "somebody", \
            "validity_window_mjd": [60440.2, 60440.5], "targets": [{"request_id": 1, "program_id": 2, \
            "field_id": 750, "ra": 155.2, "dec": 42.1, "filter_id": 1, "exposure_time": 30, \
            "program_pi": "Kulkarni/somebody", "subprogram_name": "ToO_example"}]}
            """)

    /// Triggers of multi-messenger events.
    static let mma = Trigger(
        name: "ztfmma", endpoint: "mma_skymaps", nameField: "trigger_name", noun: "trigger",
        put: TriggerModel(
            name: "ZTFMMATriggerPut",
            fields: [
                .init(name: "trigger_name", kind: .text, meaning: "Name of the trigger."),
                .init(
                    name: "trigger_time", kind: .number,
                    meaning: "When the event happened, modified Julian date."),
                .init(
                    name: "fields", kind: .objects,
                    meaning: "The survey's fields, in the words of the queue: `field_id`, `probability`."),
                .init(name: "user", kind: .text, meaning: "Who asks for it."),
            ]),
        get: optional("ZTFMMATriggerGet", "trigger_name"),
        delete: required("ZTFMMATriggerDelete", "trigger_name"),
        refusals: [
            "PUT": "ZTF MMA trigger submission attempt rejected",
            "GET": "ZTF MMA trigger status query attempt rejected",
            "DELETE": "ZTF MMA trigger delete attempt rejected",
        ],
        example: """
            {"trigger_name": "S240510a", "trigger_time": 60440.1, "user": "somebody", \
            "fields": [{"field_id": 750, "probability": 0.2}]}
            """)

    private static func required(_ model: String, _ field: String) -> TriggerModel {
        TriggerModel(
            name: model,
            fields: [
                .init(name: field, kind: .text, meaning: "Which one."),
                .init(name: "user", kind: .text, meaning: "Whose."),
            ])
    }

    private static func optional(_ model: String, _ field: String) -> TriggerModel {
        TriggerModel(
            name: model,
            fields: [
                .init(name: field, kind: .text, isRequired: false, meaning: "Only this one."),
                .init(name: "user", kind: .text, isRequired: false, meaning: "Only this user's."),
            ])
    }
}
