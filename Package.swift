// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// Programs around libFuzzer's `main`: only `./dev fuzz` asks for them.
let fuzzTargets: [Target] =
    Context.environment["L7ROUTE_FUZZ"] == nil
    ? []
    : [
        "Path", "Head", "Rules", "Tree", "Response", "Chunked", "Cookies", "Query",
        "Forwarded", "Forward",
    ].map { name in
        .executableTarget(
            name: "Fuzz\(name)",
            dependencies: name == "Forward"
                ? ["Router", "RuleLang", "RequestModel", "HTTPWire", "Sockets"]
                : ["RequestModel", "HTTPWire", "RuleLang", "Patterns", "CLanes"],
            path: "Fuzz/\(name)",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    }

// The programs of `./dev bench` that look into the libraries.
let benchTargets: [Target] =
    Context.environment["L7ROUTE_BENCH"] == nil
    ? []
    : [
        .executableTarget(
            name: "RuleBench", dependencies: ["RuleLang", "RequestModel", "Patterns"],
            path: "Benchmarks/rules", exclude: ["preface.md"], swiftSettings: strict)
    ]

/// The simulator's own build has faults planted in it, to show that they would be found.
let isSimulation = Context.environment["L7ROUTE_SIMULATION"] != nil
let planted: [SwiftSetting] = isSimulation ? [.define("PLANTED_FAULTS")] : []

// Many runs of the simulator: `./dev simulate`.
let simulationTargets: [Target] =
    isSimulation
    ? [
        .executableTarget(
            name: "Simulate", dependencies: ["Simulation"], path: "Tests/Simulate",
            swiftSettings: strict)
    ] : []

// The long comparison of tree and naive evaluator: `./dev check-tree`.
let checkTargets: [Target] =
    Context.environment["L7ROUTE_CHECKS"] == nil
    ? []
    : [
        .executableTarget(
            name: "TreeCheck", dependencies: ["RuleSamples", "RuleLang", "RequestModel"],
            path: "Tests/TreeCheck", swiftSettings: strict)
    ]

let package = Package(
    name: "l7route",
    products: [
        .executable(name: "l7route", targets: ["l7route"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // C libraries: a module map and `static inline` shims, no logic but which of two ways
        // to do the same the processor has.
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CLanes"),

        // The edges below go one way only; docs/architecture.md draws them.
        .target(name: "RequestModel", dependencies: ["CLanes"], swiftSettings: strict),
        .target(name: "Patterns", dependencies: ["CPCRE2"], swiftSettings: strict),
        .target(
            name: "RuleLang", dependencies: ["RequestModel", "Patterns"], swiftSettings: strict),
        .target(
            name: "HTTPWire", dependencies: ["RequestModel", "CLanes"], swiftSettings: strict),
        .target(name: "TLS", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Sockets", dependencies: ["CLinux", "CLanes"], swiftSettings: strict),
        .target(
            name: "Router",
            dependencies: ["RuleLang", "RequestModel", "Patterns", "HTTPWire", "TLS", "Sockets"],
            swiftSettings: strict + planted),
        .executableTarget(
            name: "l7route",
            dependencies: [
                "Router", "RuleLang", "RequestModel", "Patterns", "HTTPWire", "Sockets", "TLS",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Tests: one target for each library, fixtures as data.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "RuleSamples", dependencies: ["RuleLang", "RequestModel", "Patterns"],
            path: "Tests/RuleSamples", swiftSettings: strict),
        .target(
            name: "Simulation",
            dependencies: ["Router", "RuleLang", "RequestModel", "HTTPWire", "Sockets"],
            path: "Tests/Simulation", swiftSettings: strict + planted),
        .testTarget(
            name: "RequestModelTests", dependencies: ["RequestModel", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "PatternsTests", dependencies: ["Patterns", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RuleLangTests",
            dependencies: [
                "RuleLang", "RequestModel", "Patterns", "RuleSamples", "TestSupport",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "HTTPWireTests",
            dependencies: ["HTTPWire", "RequestModel", "CLanes", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SocketsTests", dependencies: ["Sockets", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TLSTests", dependencies: ["TLS", "COpenSSL", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RouterTests",
            dependencies: [
                "Router", "RuleLang", "RequestModel", "HTTPWire", "Sockets", "TestSupport",
                "Simulation",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["l7route", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "HygieneTests", dependencies: ["RuleLang", "TestSupport"], swiftSettings: strict),
    ] + fuzzTargets + benchTargets + checkTargets
        + simulationTargets,
    swiftLanguageModes: [.v6]
)
