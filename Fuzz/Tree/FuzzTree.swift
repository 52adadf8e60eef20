internal import Patterns
internal import RequestModel
internal import RuleLang

/// A file of rules, a zero byte, then lines of a request: the tree decides what the naive evaluator
/// decides, with room for a tree and without.
///
/// The request: a target, then `Name: value` lines; `peer ADDRESS` and `method NAME` are lines too.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    guard let zero = input.firstIndex(of: 0),
        let program = compile("fuzz", loader: Memory(bytes: Array(input[..<zero]))).program,
        case .success(let view) = request(input[(zero + 1)...]).build(
            headerNames: program.headers)
    else { return 0 }
    // Every search gets few steps: what errs must err alike.
    let scratch = PatternScratch(limits: MatchLimits(steps: 2_000))
    let expected = NaiveEvaluator(program, scratch: scratch).decide(Program.mainTable, view)
    var small = TreeBudget()
    small.depth = 1
    var short = TreeBudget()
    short.listLength = 1
    for budget in [TreeBudget(), small, short] {
        var evaluator = TreeEvaluator(.build(program, budget: budget), scratch: scratch)
        precondition(
            evaluator.decide(Program.mainTable, view) == expected, "the tree decides otherwise")
        // What it keeps from request to request must not matter.
        precondition(evaluator.decide(Program.mainTable, view) == expected, "the second time")
    }
    return 0
}

private func request(_ text: ArraySlice<UInt8>) -> RequestBuilder {
    var builder = RequestBuilder()
    var lines = text.split(separator: 0x0A, maxSplits: 40, omittingEmptySubsequences: false)[...]
    builder.target = lines.popFirst().map { Array($0) } ?? [0x2F]
    for line in lines {
        if line.starts(with: "peer ".utf8) {
            builder.peer = IPAddress(parsing: line.dropFirst(5))
        } else if line.starts(with: "method ".utf8) {
            builder.method = Array(line.dropFirst(7))
        } else if let colon = line.firstIndex(of: 0x3A) {
            let value = line[(colon + 1)...].drop { $0 == 0x20 }
            builder.headers.append((Array(line[..<colon]), Array(value)))
        }
    }
    return builder
}

private struct Memory: SourceLoader {
    let bytes: [UInt8]

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        guard from == nil else { return .failure(LoadError(message: "no such file")) }
        return .success(LoadedFile(path: path, identity: path, bytes: bytes))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}
