import Documents

/// A compiled stage of a pipeline.
protocol Stage: Sendable {
    /// How it takes its documents.
    var manner: Manner { get }

    /// Adds to the output what comes out for the documents that go in. Where a stage that takes them one by one fails,
    /// the output holds what came out for those before.
    func pass(_ input: [Record], to output: inout [Record], _ run: inout Run) throws(Failure)
}

/// How a stage takes documents: MongoDB asks for one after the other, so what lies behind the last one asked for is
/// never looked at and cannot fail.
enum Manner: Equatable {
    /// One by one.
    case oneByOne
    /// One by one, and no more after so many.
    case atMost(Int)
    /// All before it says anything.
    case together
    /// All before it says anything, and it has something to say also where no document comes in.
    case evenNone
}

extension Stage {
    var manner: Manner { .oneByOne }
}

/// A kind of stage: its name, and how its argument is compiled.
struct StageKind: Sendable {
    /// What becomes of the argument.
    typealias Build =
        @Sendable (_ compiler: inout Compiler, _ argument: Value, _ place: Place) throws(CompileError) ->
        any Stage

    /// The name with its dollar sign.
    let name: String
    let build: Build

    init(_ name: String, build: @escaping Build) {
        self.name = name
        self.build = build
    }

    /// All stages that can be run here, by name.
    static let all: [String: StageKind] = Dictionary(
        uniqueKeysWithValues: [shaping, grouping, ordering, nesting].joined().map { ($0.name, $0) })
}

extension Compiler {
    /// Compiles a pipeline.
    mutating func pipeline(_ pipeline: [Document], _ place: Place) throws(CompileError) -> Pipeline {
        // In any case as it is written: what is wrong with it shall be said of that.
        let written = try stages(asWritten: pipeline, place)
        guard Arrangement.stageCount(of: pipeline) <= Arrangement.mostStages else {
            throw CompileError(.invalid, place, "must not have more than \(Arrangement.mostStages) stages")
        }
        guard let arrangement = Arrangement(pipeline) else {
            throw CompileError(.unsupported, place, "filters as large behind as many stages")
        }
        guard arrangement.isChanged else { return Pipeline(written, origins: Array(pipeline.indices)) }
        let items = arrangement.items
        return Pipeline(
            try stages(items.map { ($0.origin, $0.stage) }, place), origins: items.map(\.origin))
    }

    /// Compiles the stages of a pipeline, none moved.
    mutating func stages(asWritten pipeline: [Document], _ place: Place) throws(CompileError) -> [any Stage] {
        try stages(pipeline.enumerated().map { ($0, $1) }, place)
    }

    private mutating func stages(
        _ documents: [(origin: Int, stage: Document)], _ place: Place
    ) throws(CompileError) -> [any Stage] {
        var stages: [any Stage] = []
        for (origin, document) in documents {
            let place = place.at(String(origin))
            let elements = Array(document.elements)
            guard elements.count == 1 else {
                throw CompileError(.invalid, place, "a stage must have exactly one field")
            }
            let name = elements[0].key
            guard let kind = StageKind.all[name] else {
                throw CompileError(.unsupported, place, "stage \(name)")
            }
            stages.append(try kind.build(&self, elements[0].value, place.at(name)))
        }
        return stages
    }
}
