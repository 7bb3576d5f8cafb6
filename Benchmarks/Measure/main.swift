import Archive
import Broker
import Documents
import Foundation
import Mongo
import Service
import Simulation

/// `skipper-bench`: what the parts of the way of an alert cost, on one core; prints one JSON object.
///
///     skipper-bench FILE... [--insert URI]
///     skipper-bench --filters URI FOLDER COUNT ALERTS
///     skipper-bench --cross-match FOLDER ROWS ALERTS OBJECTS
///     skipper-bench --print-filters FOLDER COUNT FIRST-CONDITION
///     skipper-bench --catalogues FOLDER
var words = Array(CommandLine.arguments.dropFirst())
switch (words.first, words.count) {
case ("--filters", 5):
    let set = try FilterSet(words[2], count: Int(words[3]) ?? 100)
    let costs = try await FilterCost(words[1], set, alerts: Int(words[4]) ?? 5000).measure()
    show(costs)
    exit(0)
case ("--cross-match", 5):
    let set = try CatalogSet(alerts: Int(words[3]) ?? 20_000, objects: Int(words[4]) ?? 6000)
    let bytes = try set.write(to: words[1], rows: Int(words[2]) ?? 200_000)
    show(["catalogs": Double(CatalogSet.rules.count), "bytes": Double(bytes)])
    exit(0)
case ("--catalogues", 2):
    show(try CatalogCost(words[1]).measure())
    exit(0)
case ("--print-filters", 4):
    let first = try ExtendedJSON.document(from: words[3])
    for pipeline in try FilterSet(words[1], count: Int(words[2]) ?? 100, first: first).pipelines {
        print(String(decoding: ExtendedJSON.bytes(of: ["pipeline": pipeline]), as: UTF8.self))
    }
    exit(0)
default: break
}
var insertURI: String?
if let place = words.firstIndex(of: "--insert"), place + 1 < words.count {
    insertURI = words[place + 1]
    words.removeSubrange(place...place + 1)
}
let packets: [[UInt8]]
if words.isEmpty {
    let simulation = try Simulation(
        seed: 1, alerts: 48, objects: 16, night: try Night(year: 2026, month: 1, day: 1))
    packets = try (0..<simulation.count).map { try simulation.packet($0).bytes }
} else {
    packets = try words.map { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
}

/// Microseconds per item: the best of five spells of half a second.
func cost(of items: Int, _ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<5 {
        var rounds = 0
        let start = clock.now
        repeat {
            try work()
            rounds += 1
        } while clock.now - start < .milliseconds(500)
        best = min(best, (clock.now - start) / .microseconds(1) / Double(rounds * items))
    }
    return best
}

/// Writes a document anew, value by value.
func rewritten(_ document: Document) -> Document {
    var writer = DocumentWriter(capacity: document.bytes.count)
    for element in document.elements { writer.append(element.key, rewritten(element.value)) }
    return writer.finish()
}

func rewritten(_ value: Value) -> Value {
    switch value {
    case .document(let document): .document(rewritten(document))
    case .array(let document): .array(rewritten(document))
    default: value
    }
}

/// Decodes every value of a document; how many.
func readAll(_ document: Document) -> Int {
    document.elements.reduce(into: 0) { count, element in
        switch element.value {
        case .document(let inner), .array(let inner): count += readAll(inner)
        default: count += 1
        }
    }
}

let decoder = PacketDecoder(.ztf, tasks: 1, packetBytes: 15 << 20)
let alerts = try packets.flatMap { try decoder.alerts(in: $0) }
var results: [String: Double] = [:]
var total = 0

results["decode"] = try cost(of: packets.count) {
    for packet in packets { total += try decoder.alerts(in: packet).count }
}
results["write"] = cost(of: alerts.count) {
    for alert in alerts { total += rewritten(alert.document).bytes.count }
}
results["read"] = cost(of: alerts.count) { for alert in alerts { total += readAll(alert.document) } }
let texts = alerts.map { ExtendedJSON.bytes(of: $0.document) }
let megabytes = Double(texts.reduce(0) { $0 + $1.count }) / 1e6
var buffer: [UInt8] = []
results["json_out"] =
    megabytes
    / (cost(of: 1) {
        for alert in alerts {
            buffer.removeAll(keepingCapacity: true)
            ExtendedJSON.append(alert.document, to: &buffer)
            total += buffer.count
        }
    } / 1e6)
results["json_in"] =
    try megabytes
    / (cost(of: 1) { for text in texts { total += try ExtendedJSON.document(from: text).bytes.count } } / 1e6)
if let insertURI {
    results["insert"] = try await insertRate(insertURI)
    for points in [35, 300, 3000] {
        results["merge_\(points)"] = try await LightCurveCost.measure(insertURI, points: points)
    }
}
results["packet_bytes"] = Double(packets.reduce(0) { $0 + $1.count }) / Double(packets.count)
// Printed, so that nothing measured can be left out as unused.
results["checksum"] = Double(total % 1000)
show(results)

/// Prints figures as one JSON object.
func show(_ figures: [String: Double]) {
    do {
        let text = try JSONSerialization.data(withJSONObject: figures, options: .sortedKeys)
        print(String(decoding: text, as: UTF8.self))
    } catch { fatalError("figures that are no JSON: \(error)") }
}

/// Alerts per second into a collection without further indexes, batches of 500.
func insertRate(_ uri: String) async throws -> Double {
    let database = try Database(MongoSettings(uri: ConnectionString(uri), database: "bench_insert"))
    try await database.dropCollection("alerts")
    try await database.createCollection(
        "alerts", options: ["storageEngine": ["wiredTiger": ["configString": "block_compressor=none"]]])
    let rounds = 12
    var taken = Duration.zero
    for round in 0..<rounds {
        let batch = (0..<500).map { index -> Document in
            var writer = DocumentWriter(capacity: 65536)
            writer.append("_id", int64: Int64(round * 500 + index))
            for element in alerts[index % alerts.count].document.elements where element.key != "_id" {
                writer.append(element)
            }
            return writer.finish()
        }
        let start = ContinuousClock.now
        let result = try await database.insert("alerts", batch)
        taken += ContinuousClock.now - start
        guard result.inserted == batch.count else { throw result.failures[0].error }
    }
    try await database.drop()
    await database.close()
    return Double(rounds * 500) / (taken / .seconds(1))
}
