import Archive
import Foundation
public import Kafka
public import Service
import Sky

extension BrokerSettings {
    /// How to speak to Kafka. The names of the brokers in their certificates are compared with their addresses.
    /// - Throws: `ConfigurationError` where settings contradict each other, or a file cannot be read.
    public static func kafka(_ configuration: Service.Configuration) throws -> Kafka.Configuration {
        let way = configuration[securityProtocol]
        var properties = ["security.protocol": way]
        var faults: [(key: String, reason: String)] = []
        let credentials = [
            (saslMechanism.key, "sasl.mechanisms", configuration[saslMechanism]),
            (username.key, "sasl.username", configuration[username]),
            (password.key, "sasl.password", configuration[password]?.value),
        ]
        for (key, property, value) in credentials where way.hasPrefix("sasl_") {
            properties[property] = value
            if value == nil {
                faults.append((key, "must be set where \(securityProtocol.key) is \(way)"))
            }
        }
        let certificate = configuration[certificateFile]
        let files = [
            (caFile.key, "ssl.ca.location", configuration[caFile]),
            (certificateFile.key, "ssl.certificate.location", certificate),
            (keyFile.key, "ssl.key.location", configuration[keyFile] ?? certificate),
        ]
        for case (let key, let property, let file?) in files {
            if !way.hasSuffix("ssl") {
                // Whoever names certificates does not mean to speak without.
                faults.append((key, "is of no use where \(securityProtocol.key) is \(way)"))
            } else if !FileManager.default.isReadableFile(atPath: file) {
                faults.append((key, "\(file) is not a readable file"))
            }
            properties[property] = file
        }
        if configuration[keyFile] != nil, certificate == nil {
            faults.append((keyFile.key, "needs \(certificateFile.key)"))
        }
        properties["ssl.key.password"] = configuration[keyPassword]?.value
        guard faults.isEmpty else { throw ConfigurationError(contradictions: faults) }
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
