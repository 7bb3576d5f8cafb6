public import Service

/// Settings of what users' filters may take.
public enum FilterSettings {
    /// Mean time.
    public static let microseconds = Setting(
        "filters.max_microseconds_per_alert", default: 2000, unit: "microseconds",
        accepts: .within(10...1_000_000),
        "A filter that takes longer than this for an alert, in the mean over at least 500, is suspended.")
    /// Steps.
    public static let steps = Setting(
        "filters.max_steps_per_alert", default: 10_000_000, unit: "steps",
        accepts: .within(10_000...10_000_000_000),
        "Operators evaluated and elements walked over for one alert, after which a filter is suspended; ten "
            + "million take about a quarter of a second.")
    /// Memory.
    public static let bytes = Setting(
        "filters.max_bytes_per_alert", default: 64 << 20, unit: "bytes", accepts: .within(1 << 20...1 << 32),
        "Bytes of the values that a filter puts together for one alert, after which it is suspended.")
    /// Result.
    public static let resultBytes = Setting(
        "filters.max_result_bytes", default: 2 << 20, unit: "bytes", accepts: .within(1 << 10...15 << 20),
        "The largest result that is stored of an alert that passes; a larger one is an error of the filter.")
    /// Time in the database.
    public static let databaseTime = Setting(
        "filters.max_database_time", default: Duration.seconds(5), unit: .milliseconds,
        accepts: .within(Duration.milliseconds(10)...Duration.seconds(600)),
        "How long the database may take for a batch and a filter that only it can run; a filter that takes longer "
            + "is suspended.")
    /// Filters in the database.
    public static let databaseFilters = Setting(
        "filters.database_concurrency", default: 2, unit: "filters", accepts: .within(1...32),
        "Filters that the database runs at the same time.")
    /// Tasks.
    public static let tasks = Setting(
        "filters.tasks", default: 0, unit: "tasks", accepts: .within(0...256),
        "Tasks that run filters on a batch; 0: one per core.")

    /// All of them.
    public static let all: [any SettingDeclaration] = [
        microseconds, steps, bytes, resultBytes, databaseTime, databaseFilters, tasks,
    ]
}
