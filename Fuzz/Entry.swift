import Foundation

/// What libFuzzer calls once before anything else: writes the seeds and ends where FUZZ_SEEDS names a folder.
///
/// The reader is chosen by FUZZ_TARGET for the whole run, not by a byte of the input, so that each reader has
/// a corpus of its own.
@c(LLVMFuzzerInitialize)
public func initialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
    do {
        for (index, seed) in try FuzzTarget.chosen.seeds().enumerated() {
            try Data(seed).write(to: URL(fileURLWithPath: folder).appendingPathComponent("seed-\(index)"))
        }
        exit(0)
    } catch {
        fatalError("could not write the seeds: \(error)")
    }
}

/// What libFuzzer calls for each input; always 0, which means that the input may join the corpus.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzTarget.chosen.test(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// A reader of bytes from outside.
enum FuzzTarget: String {
    case avro, bson, pipelines
    case extendedJSON = "extended-json"

    /// What FUZZ_TARGET names.
    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            fatalError("FUZZ_TARGET is '\(name)': set it to avro, bson, extended-json or pipelines")
        }
        return target
    }()

    /// Reads bytes and checks what must hold of the result; ends the process where it does not.
    func test(_ bytes: [UInt8]) {
        switch self {
        case .avro: AvroFuzz.test(bytes)
        case .bson: BSONFuzz.test(bytes)
        case .extendedJSON: ExtendedJSONFuzz.test(bytes)
        case .pipelines: PipelineFuzz.test(bytes)
        }
    }

    /// Sound inputs, small ones, from which to begin.
    func seeds() throws -> [[UInt8]] {
        switch self {
        case .avro: try AvroSeeds.all()
        case .bson: BSONFuzz.seeds
        case .extendedJSON: ExtendedJSONFuzz.seeds
        case .pipelines: PipelineFuzz.seeds
        }
    }
}

/// Ends the process where a claim does not hold: a finding.
func claim(_ holds: Bool, _ claim: @autoclosure () -> String) {
    if !holds { fatalError("does not hold: \(claim())") }
}
