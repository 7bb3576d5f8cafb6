import Archive
public import Kafka
public import Service
import Sky

extension BrokerSettings {
    /// How to speak to Kafka.
    public static func kafka(_ configuration: Service.Configuration) -> Kafka.Configuration {
        var properties = ["security.protocol": configuration[securityProtocol]]
        properties["sasl.mechanisms"] = configuration[saslMechanism]
        properties["sasl.username"] = configuration[username]
        properties["sasl.password"] = configuration[password]?.value
        properties["ssl.ca.location"] = configuration[caFile]
        return Kafka.Configuration(
            bootstrapServers: configuration[bootstrapServers].joined(separator: ","), properties: properties)
    }

    /// Which topics are read when.
    static func schedule(_ configuration: Service.Configuration, _ survey: Survey) -> TopicSchedule {
        let topics = configuration[topics]
        return topics.isEmpty ? .dated(survey, days: configuration[topicDays]) : .fixed(topics)
    }
}

extension Service.Log {
    /// Takes librdkafka's lines.
    public var kafka: Kafka.Log {
        { level, facility, text in
            let metadata: [String: LogValue] = [
                "kafka.facility": .string(facility), "kafka.text": .string(text),
            ]
            switch level {
            case .debug: debug("kafka client", metadata)
            case .info: info("kafka client", metadata)
            case .warning, .error: warning("kafka client", metadata)
            }
        }
    }
}
