import Synchronization
import Testing

@testable import Kafka

@Suite struct ConfigurationTests {
    let secret = "correct-horse-battery"

    @Test func noValueOfAPropertyIsEverShown() {
        let configuration = Configuration(
            bootstrapServers: "kafka:9092", properties: ["sasl.password": secret, "linger.ms": "12345"])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains(secret) && !text.contains("12345"))
            #expect(text.contains("kafka:9092") && text.contains("sasl.password"))
        }
    }

    @Test func anErrorNamesThePropertyAndNotItsValue() {
        let cases: [(String, String)] = [
            ("no.such.password", secret), ("security.protocol", secret), ("enable.auto.commit", secret),
        ]
        for (name, value) in cases {
            let configuration = Configuration(bootstrapServers: "kafka:9092", properties: [name: value])
            let error = #expect(throws: KafkaError.self) { _ = try Consumer(configuration, group: "group") }
            #expect(error?.attempted == "set the property \(name)")
            #expect(error?.description.contains(secret) == false)
            #expect(error?.isRetriable == false)
        }
    }

    @Test func aClientThatCannotBeMadeSaysWhyWithoutSecrets() {
        let configuration = Configuration(
            bootstrapServers: "kafka:9092",
            properties: [
                "security.protocol": "SSL", "ssl.ca.location": "/no/such/file", "ssl.key.password": secret,
            ])
        let error = #expect(throws: KafkaError.self) { _ = try Producer(configuration) }
        #expect(error?.reason.contains("ssl.ca.location") == true)
        #expect(error?.description.contains(secret) == false)
    }

    @Test func logLinesAreRedacted() {
        let lines = Mutex<[String]>([])
        let events = ClientEvents(
            configuration: Configuration(bootstrapServers: "", properties: ["sasl.password": secret]),
            log: { _, _, text in lines.withLock { $0.append(text) } })
        events.note(.info, "TEST", "password=\(secret), again \(secret)")
        #expect(lines.withLock { $0 } == ["password=***, again ***"])
    }

    @Test func aConsumersContractCannotBeOverridden() {
        for name in [
            "group.id", "enable.auto.offset.store", "partition.assignment.strategy", "bootstrap.servers",
        ] {
            let configuration = Configuration(bootstrapServers: "kafka:9092", properties: [name: "true"])
            #expect(throws: KafkaError.self) { _ = try Consumer(configuration, group: "group") }
        }
        let configuration = Configuration(bootstrapServers: "kafka:9092", properties: ["acks": "1"])
        #expect(throws: KafkaError.self) { _ = try Producer(configuration) }
    }

    @Test func durationsBecomeMillisecondsRoundedUpWithinRange() {
        #expect(Duration.milliseconds(1500).milliseconds == 1500)
        #expect(Duration.microseconds(1).milliseconds == 1)
        #expect(Duration.zero.milliseconds == 0)
        #expect(Duration.seconds(-5).milliseconds == 0)
        #expect(Duration.seconds(1e12).milliseconds == Int32.max)
    }
}
