import Foundation
import Testing

@testable import Service

/// Settings that are mappings, and merge with what is below.
@Suite struct MappingSettingTests {
    /// How many there are of each kind; a mapping like those that modules declare.
    struct Shelf: SettingValue, Equatable {
        var counts: [String: Int]

        static func form(unit: SettingUnit) -> String { "a mapping of kinds" }

        static func read(_ raw: RawSetting, unit: SettingUnit) -> Shelf? {
            (try? read(raw, over: Shelf(counts: [:]), unit: unit)).flatMap { $0 }
        }

        static func read(
            _ raw: RawSetting, over earlier: Shelf, unit: SettingUnit
        ) throws(SettingRefusal) -> Shelf? {
            guard let entries = try raw.mapping() else { return nil }
            var shelf = earlier
            var faults: [SettingRefusal.Fault] = []
            for entry in entries {
                if case .scalar(let text, _) = entry.value.content, let count = Int(text) {
                    shelf.counts[entry.key] = count
                } else if entry.value.isNull {
                    shelf.counts[entry.key] = nil
                } else {
                    faults.append(.init("\(entry.key).count", line: entry.value.line, "'secret' is no count"))
                }
            }
            guard faults.isEmpty else { throw SettingRefusal(faults) }
            return shelf
        }

        func yaml(unit: SettingUnit) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: "\n")
        }
    }

    private static let shelf = Setting(
        "store.shelf", default: Shelf(counts: ["Cups": 3, "plates": 5]), "What stands there.")

    private func load(
        _ files: [String], secrets: String? = nil, environment: [String: String] = [:]
    ) throws -> Shelf {
        let folder = try TemporaryFolder()
        let paths = try files.enumerated().map { try folder.file("\($0.offset).yaml", $0.element) }
        return try Configuration.load(
            files: paths.map { .required($0) },
            secretsFile: try secrets.map { .required(try folder.file("secrets.json", $0)) },
            environment: environment, declared: [Self.shelf])[Self.shelf]
    }

    private func faults(_ files: [String], secrets: String? = nil, environment: [String: String] = [:])
        -> [String]
    {
        let error = #expect(throws: ConfigurationError.self) {
            try load(files, secrets: secrets, environment: environment)
        }
        return error?.faults.map {
            "\(($0.source as NSString).lastPathComponent):\($0.line ?? 0): \($0.key): \($0.reason)"
        } ?? []
    }

    @Test func layersAreMergedInTheirOrder() throws {
        #expect(try load([]).counts == ["Cups": 3, "plates": 5])
        #expect(try load(["store: {shelf: {}}"]).counts == ["Cups": 3, "plates": 5])
        #expect(try load(["store:\n  shelf:\n    plates: 6\n"]).counts == ["Cups": 3, "plates": 6])
        let layers = [
            "store: {shelf: {plates: 6, jars: 1}}", #"{"store": {"shelf": {"Cups": null, "jars": 2}}}"#,
        ]
        #expect(try load(layers).counts == ["plates": 6, "jars": 2])
        let environment = ["SKIPPER_STORE__SHELF": #"{"jars": 4, "plates": null}"#]
        #expect(try load(layers, environment: environment).counts == ["jars": 4])
        #expect(
            try load([], environment: ["SKIPPER_STORE__SHELF": "Cups: 1"]).counts == ["Cups": 1, "plates": 5])
        #expect(try load([], environment: ["SKIPPER_STORE__SHELF": ""]).counts == ["Cups": 3, "plates": 5])
    }

    @Test func faultsNameThePlaceAndTheLine() {
        let text = "store:\n  shelf:\n    Cups: 1\n    plates: [2]\n    jars:\n      {}\n"
        #expect(
            faults([text]) == [
                "0.yaml:4: store.shelf.plates.count: 'secret' is no count",
                "0.yaml:6: store.shelf.jars.count: 'secret' is no count",
            ])
        #expect(
            faults([], environment: ["SKIPPER_STORE__SHELF": "{\"a\": [1]}"])
                == ["SKIPPER_STORE__SHELF:0: store.shelf.a.count: 'secret' is no count"])
        #expect(
            faults([], secrets: #"{"store": {"shelf": {"a": [1]}}}"#)
                == ["secrets.json:1: store.shelf.a.count: the value (not shown) is not accepted"])
    }

    @Test(arguments: [
        ("store: {shelf: [a, b]}", "a list of 2 is not a mapping of kinds"),
        ("store: {shelf: [{}]}", "a section is not a mapping of kinds"),
        ("store: {shelf: many}", "'many' is not a mapping of kinds"),
        ("store: {shelf: null}", "null is not a mapping of kinds"),
        ("store: {shelf: '{a: 1'}", "neither JSON nor YAML: line 1: not YAML: "),
    ])
    func whatIsNoMappingIsRefused(text: String, reason: String) {
        let found = faults([text])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("0.yaml:1: store.shelf: \(reason)") == true, "\(found)")
    }

    @Test func theExampleHasTheMappingOnLinesOfItsOwn() throws {
        let text = ExampleConfiguration.yaml([Self.shelf])
        #expect(
            text.hasSuffix(
                "\nstore:\n    # What stands there.\n    shelf:\n        Cups: 3\n        plates: 5\n"))
        #expect(try load([text]) == Self.shelf.default)
    }
}
