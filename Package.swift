// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .treatAllWarnings(as: .error),
]

/// What every target without a C library of its own is compiled with besides.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]  // SE-0458

/// A C library from the system, made importable by a module map; found by pkg-config, or where it has no file for that,
/// linked by the module map.
func library(_ name: String, _ pkgConfig: String? = nil, apt package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "skipper",
    products: [
        .executable(name: "skipper-ingester", targets: ["ingester"]),
        .executable(name: "skipper-api", targets: ["api"]),
        .executable(name: "skipper", targets: ["skipper"]),
        .executable(name: "skipper-bench", targets: ["bench"]),
    ],
    targets: [
        library("CMongoC", "libmongoc-1.0", apt: "libmongoc-dev"),
        library("CRDKafka", "rdkafka", apt: "librdkafka-dev"),
        library("CAvro", "avro-c", apt: "libavro-dev"),
        library("CZlib", "zlib", apt: "zlib1g-dev"),
        library("CSnappy", "snappy", apt: "libsnappy-dev"),
        library("CMicroHTTPD", "libmicrohttpd", apt: "libmicrohttpd-dev"),
        library("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        library("COpenSSL", "openssl", apt: "libssl-dev"),
        library("CCrypt", "libcrypt", apt: "libcrypt-dev"),
        library("CPNG", "libpng", apt: "libpng-dev"),
        library("CCFITSIO", "cfitsio", apt: "libcfitsio-dev"),
        library("CPCRE2", "libpcre2-8", apt: "libpcre2-dev"),
        library("CYAML", "yaml-0.1", apt: "libyaml-dev"),
        .systemLibrary(name: "CMalloc", path: "Sources/CLibraries/CMalloc"),  // a part of the C library
        library("CCSV", apt: "libcsv-dev"),
        library("CBZip2", apt: "libbz2-dev"),

        .target(name: "Sky", swiftSettings: safe),
        .target(name: "Documents", dependencies: ["CAvro", "CZlib", "CSnappy"], swiftSettings: strict),
        .target(name: "Simulation", dependencies: ["CAvro", "CZlib"], swiftSettings: strict),
        .target(name: "Service", dependencies: ["CMalloc", "CYAML"], swiftSettings: strict),
        .target(name: "Mongo", dependencies: ["Documents", "Service", "CMongoC"], swiftSettings: strict),
        .target(name: "Kafka", dependencies: ["Service", "CRDKafka"], swiftSettings: strict),
        .target(
            name: "HTTP", dependencies: ["Service", "CMicroHTTPD", "CCurl", "COpenSSL", "CCrypt"],
            swiftSettings: strict),
        .target(name: "FITS", dependencies: ["CCFITSIO", "CZlib"], swiftSettings: strict),
        .target(
            name: "Tables", dependencies: ["CBZip2", "CCSV", "CZlib", "Documents", "FITS"],
            swiftSettings: strict),
        .target(name: "Imaging", dependencies: ["CPNG"], swiftSettings: strict),
        .target(name: "Aggregation", dependencies: ["Documents", "CPCRE2"], swiftSettings: strict),
        .target(name: "Catalogs", dependencies: ["Documents", "Sky", "CZlib"], swiftSettings: strict),
        .target(name: "Skymaps", dependencies: ["FITS", "Sky"], swiftSettings: safe),
        .target(
            name: "Archive",
            dependencies: [
                "Aggregation", "Catalogs", "Mongo", "Documents", "Sky", "Skymaps", "Service", "Tables",
            ],
            swiftSettings: safe),
        .target(
            name: "Broker", dependencies: ["Aggregation", "Archive", "Documents", "Kafka", "Service", "Sky"],
            swiftSettings: safe),
        .executableTarget(
            name: "ingester", dependencies: ["Archive", "Broker", "HTTP", "Mongo", "Service", "Sky"],
            swiftSettings: safe),
        .executableTarget(
            name: "api",
            dependencies: [
                "Aggregation", "Archive", "Documents", "FITS", "HTTP", "Imaging", "Mongo", "Service", "Sky",
                "Skymaps",
            ],
            swiftSettings: safe),
        .executableTarget(
            name: "skipper",
            dependencies: [
                "Aggregation", "Archive", "Broker", "Catalogs", "Documents", "HTTP", "Kafka", "Mongo",
                "Service",
                "Simulation", "Sky", "Tables",
            ],
            swiftSettings: safe),

        .executableTarget(
            name: "bench",
            dependencies: [
                "Aggregation", "Archive", "Broker", "Documents", "Mongo", "Service", "Simulation", "Sky",
            ],
            path: "Benchmarks/Measure", swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Documents", "Mongo", "Service"], path: "Tests/Support",
            swiftSettings: strict),
        .testTarget(
            name: "SkyTests", dependencies: ["Sky", "TestSupport"], exclude: ["healpix_judge.py"],
            swiftSettings: strict),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Documents", "CAvro"],
            exclude: ["avro_judge.py", "extended_json.py"], swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation"], exclude: ["night.py"],
            swiftSettings: strict),
        .testTarget(
            name: "AggregationTests",
            dependencies: ["Aggregation", "Documents", "Mongo", "Service", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FITSTests", dependencies: ["FITS", "TestSupport"], exclude: ["fits_judge.py"],
            swiftSettings: strict),
        .testTarget(
            name: "TablesTests", dependencies: ["Documents", "Tables", "TestSupport"],
            exclude: ["tables_judge.py"], swiftSettings: strict),
        .testTarget(
            name: "ImagingTests", dependencies: ["Imaging", "TestSupport"], exclude: ["imaging_judge.py"],
            swiftSettings: strict),
        .testTarget(
            name: "CatalogsTests",
            dependencies: ["Catalogs", "Documents", "Mongo", "Service", "Sky", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SkymapsTests", dependencies: ["Documents", "Mongo", "Skymaps", "Sky", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "ServiceTests", dependencies: ["Service"], swiftSettings: strict),
        .testTarget(
            name: "MongoTests", dependencies: ["Mongo", "Documents", "Service", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "KafkaTests", dependencies: ["Kafka", "Service"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTests", dependencies: ["HTTP", "Service", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ArchiveTests",
            dependencies: ["Archive", "Documents", "Mongo", "Service", "Sky", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "Aggregation", "Archive", "Broker", "Documents", "Kafka", "Mongo", "Service", "Simulation",
                "Sky", "TestSupport",
            ],
            exclude: ["stored_documents.py"], swiftSettings: strict),
        .testTarget(
            name: "APITests",
            dependencies: [
                "api", "Archive", "Documents", "HTTP", "Mongo", "Service", "Simulation", "TestSupport",
            ],
            exclude: ["cutout_judge.py"],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests",
            dependencies: ["skipper", "Documents", "Kafka", "Mongo", "Service", "TestSupport"],
            exclude: ["catalog_judge.py"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
