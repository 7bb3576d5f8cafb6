import Aggregation
import Archive
import Broker
import Documents
import Mongo
import Service
import Simulation

/// What it costs to run filters on alerts: in memory on one core, and in MongoDB.
///
///     skipper-bench --filters URI FOLDER COUNT ALERTS
struct FilterCost {
    private let database: Database
    private let filters: [RunnableFilter]
    private let alerts: [(alert: Document, lightCurve: Document)]

    /// Stores simulated alerts and reads them and their light curves back.
    init(_ uri: String, _ set: FilterSet, alerts count: Int) async throws {
        database = try Database(MongoSettings(uri: ConnectionString(uri), database: "bench_filters"))
        filters = try set.pipelines.map {
            try RunnableFilter(pipeline: $0, permissions: [1, 2, 3], catalog: Survey.ztf.alerts)
        }
        try await database.drop()
        try await Collections.prepare(database, for: .ztf)
        let simulation = try Simulation(
            seed: 2, alerts: count, objects: count * 4 / 13, night: try Night(year: 2026, month: 1, day: 1))
        let decoder = PacketDecoder(.ztf, tasks: 1, packetBytes: 15 << 20)
        let recorder = AlertRecorder(database: database, survey: .ztf, writers: 1)
        var read: [(Document, Document)] = []
        for start in stride(from: 0, to: simulation.count, by: 500) {
            let batch = try (start..<min(start + 500, simulation.count)).flatMap {
                try decoder.alerts(in: simulation.packet($0).bytes)
            }
            _ = try await recorder.record(batch)
            let objects = Value.list(Set(batch.map(\.objectID)).map { .string($0) })
            var curves: [Value: Document] = [:]
            for try await curve in try await database.find(
                Survey.ztf.auxiliary, filter: ["_id": ["$in": objects]])
            {
                curves[curve["_id"] ?? .null] = curve
            }
            for alert in batch {
                guard let curve = curves[.string(alert.objectID)] else { continue }
                read.append((alert.document, curve))
            }
        }
        alerts = read
    }

    /// Evaluations per second of filters that look at the alert alone and of those that look at the light curve, in
    /// memory and in MongoDB; and how many there are of each.
    func measure() async throws -> [String: Double] {
        let late = needsLightCurve()
        let near = filters.indices.filter { !late.contains($0) }
        var results = ["filters_candidate": Double(near.count), "filters_light_curve": Double(late.count)]
        results["filters_in_database"] = Double(filters.count { $0.pipeline.program == nil })
        results["memory_candidate"] = rate(near) { _ in .later }
        results["memory_light_curve"] = rate(late.sorted()) { .stored($0) }
        results["memory_all"] = rateAsIngested()
        results["database_batch"] = try await databaseRate(alerts: 500, each: 500)
        results["database_alert"] = try await databaseRate(alerts: 20, each: 1)
        try await database.drop()
        await database.close()
        return results
    }

    /// The filters that ask for the light curve of at least one alert in twenty.
    private func needsLightCurve() -> Set<Int> {
        var asked: [Int: Int] = [:]
        var executions = makeExecutions()
        for (alert, _) in alerts.prefix(500) {
            var view = FilterView(of: .ztf, alert: alert, lightCurve: .later, isPast: false)
            for index in filters.indices {
                if case .later? = outcome(index, &view, &executions) { asked[index, default: 0] += 1 }
            }
        }
        return Set(asked.filter { $0.value >= 25 }.keys)
    }

    private func makeExecutions() -> [Execution?] {
        filters.map { filter in filter.pipeline.program.map { Execution($0, now: 1_767_225_600_000) } }
    }

    private func outcome(_ index: Int, _ view: inout FilterView, _ executions: inout [Execution?])
        -> Execution.Outcome?
    {
        // An alert that only MongoDB can judge is left out; there is none among simulated ones.
        guard let subject = try? view.subject(permissions: filters[index].permissions) else { return nil }
        return executions[index]?.outcome(on: subject)
    }

    /// Evaluations per second of some of the filters.
    private func rate(_ chosen: [Int], _ lightCurve: (Document) -> FilterView.LightCurve) -> Double {
        var executions = makeExecutions()
        var passed = 0
        let microseconds = cost(of: alerts.count * max(chosen.count, 1)) {
            for (alert, curve) in alerts {
                var view = FilterView(of: .ztf, alert: alert, lightCurve: lightCurve(curve), isPast: false)
                for index in chosen {
                    if case .results(let results)? = outcome(index, &view, &executions) {
                        passed += results.count
                    }
                }
            }
        }
        return passed < 0 ? 0 : 1e6 / microseconds
    }

    /// Evaluations per second of all filters as the ingester runs them: with the light curve only where it is asked for.
    private func rateAsIngested() -> Double {
        var executions = makeExecutions()
        var passed = 0
        let microseconds = cost(of: alerts.count * filters.count) {
            for (alert, curve) in alerts {
                var view = FilterView(of: .ztf, alert: alert, lightCurve: .later, isPast: false)
                var again: [Int] = []
                for index in filters.indices {
                    switch outcome(index, &view, &executions) {
                    case .later?: again.append(index)
                    case .results(let results)?: passed += results.count
                    default: break
                    }
                }
                view.fetch(.stored(curve))
                for index in again {
                    if case .results(let results)? = outcome(index, &view, &executions) {
                        passed += results.count
                    }
                }
            }
        }
        return passed < 0 ? 0 : 1e6 / microseconds
    }

    /// Evaluations per second in MongoDB, which is asked for so many alerts at once.
    private func databaseRate(alerts count: Int, each size: Int) async throws -> Double {
        let candids = alerts.prefix(count).compactMap { $0.alert.int64(at: "candid") }
        let start = ContinuousClock.now
        for filter in filters {
            for first in stride(from: 0, to: candids.count, by: size) {
                let some = Array(candids[first..<min(first + size, candids.count)])
                let prefix = FilterPrefix.stages(
                    of: .ztf, permissions: filter.permissions, .alerts(candids: some))
                let cursor = try await database.aggregate(Survey.ztf.alerts, pipeline: prefix + filter.stages)
                while try await cursor.nextBatch() != nil {}
            }
        }
        return Double(candids.count * filters.count) / ((ContinuousClock.now - start) / .seconds(1))
    }
}
