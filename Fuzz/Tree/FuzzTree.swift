internal import Patterns
internal import RequestModel
internal import RuleLang

/// A file of rules, a zero byte, then lines of a request: the tree decides what the naive evaluator
/// decides, with room for a tree and without.
///
/// The request: a target, then `Name: value` lines, and lines for what is not in a head: `peer
/// ADDRESS`, `peerport N`, `method NAME`, `http VERSION`, `port N`, `listener NAME`, `now N`, `tls
/// VERSION`, `sni NAME`, `alpn NAME`, `subject NAME`, `verified`.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    guard let zero = input.firstIndex(of: 0),
        let program = compile("fuzz", loader: Memory(bytes: Array(input[..<zero]))).program,
        case .success(let view) = request(input[(zero + 1)...], program).build(
            headerNames: program.headers)
    else { return 0 }
    // Every search gets few steps: what errs must err alike.
    let scratch = PatternScratch(limits: MatchLimits(steps: 2_000))
    let naive = NaiveEvaluator(program, scratch: scratch)
    let tables = Set([Program.mainTable] + program.listeners.map(\.table))
    let expected = tables.map { ($0, naive.decide($0, view)) }
    for budget in budgets {
        var evaluator = TreeEvaluator(.build(program, budget: budget), scratch: scratch)
        // What it keeps from request to request must not matter.
        for (table, decision) in expected + expected {
            precondition(evaluator.decide(table, view) == decision, "the tree decides otherwise")
        }
    }
    return 0
}

/// With room, hardly deep, with short lists, without copies.
private let budgets: [TreeBudget] = {
    var budgets = [TreeBudget](repeating: TreeBudget(), count: 4)
    budgets[1].depth = 1
    budgets[2].listLength = 1
    budgets[3].copiesPerRule = 0
    budgets[3].minimumCopies = 1
    return budgets
}()

private func request(_ text: ArraySlice<UInt8>, _ program: Program) -> RequestBuilder {
    var builder = RequestBuilder()
    builder.trustedProxies = program.settings.trustedProxies
    if let listener = program.listeners.first { builder.policy = listener.policy }
    var lines = text.split(separator: 0x0A, maxSplits: 40, omittingEmptySubsequences: false)[...]
    builder.target = lines.popFirst().map { Array($0) } ?? [0x2F]
    for line in lines {
        let words = line.split(separator: 0x20, maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(decoding: words[0], as: UTF8.self)
        if take(name, Array(words.dropFirst().first ?? []), &builder) { continue }
        if let colon = line.firstIndex(of: 0x3A) {
            let value = line[(colon + 1)...].drop { $0 == 0x20 }
            builder.headers.append((Array(line[..<colon]), Array(value)))
        }
    }
    return builder
}

/// Whether the line is one of those that are not in a head.
private func take(_ name: String, _ value: [UInt8], _ builder: inout RequestBuilder) -> Bool {
    let text = String(decoding: value, as: UTF8.self)
    switch name {
    case "peer": builder.peer = IPAddress(parsing: value)
    case "peerport": builder.peerPort = UInt16(text)
    case "method": builder.method = value
    case "http":
        let all: [HTTPVersion] = [.http10, .http11, .http2, .http3]
        builder.version = all.first { $0.text == value } ?? .http11
    case "port": builder.listenerPort = UInt16(text) ?? 0
    case "listener": builder.listenerName = value
    case "now": builder.now = Int64(text) ?? 0
    case "tls": builder.tls = TLSText(version: value)
    case "sni": builder.tls?.sni = value
    case "alpn": builder.tls?.alpn = value
    case "subject": builder.tls?.clientSubject = value
    case "verified": builder.tls?.clientVerified = true
    default: return false
    }
    return true
}

private struct Memory: SourceLoader {
    let bytes: [UInt8]

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        guard from == nil else { return .failure(LoadError(message: "no such file")) }
        return .success(LoadedFile(path: path, identity: path, bytes: bytes))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}
