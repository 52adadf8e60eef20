/// What `./dev simulate` is asked for. An option that is not known, or lacks its number, is an
/// error.
struct SimulateArguments {
    struct Problem: Error {
        var text: String
    }

    private static let flags = ["--trace", "--coverage", "--all-covered"]
    private static let numbers = ["--seed", "--seeds", "--first", "--jobs"]
    private static let texts = ["--plant"]

    private var values: [String: String] = [:]

    static func read(_ words: some Sequence<String>) -> Result<SimulateArguments, Problem> {
        var arguments = SimulateArguments()
        var rest = Array(words)[...]
        while let option = rest.popFirst() {
            if flags.contains(option) {
                arguments.values[option] = ""
                continue
            }
            guard numbers.contains(option) || texts.contains(option) else {
                let known = (numbers.dropLast() + flags).joined(separator: ", ")
                return .failure(Problem(text: "unknown option \(option); there are \(known)"))
            }
            guard let value = rest.popFirst(), texts.contains(option) || UInt64(value) != nil
            else { return .failure(Problem(text: "\(option) needs a number")) }
            arguments.values[option] = value
        }
        return .success(arguments)
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    func text(_ name: String) -> String? { values[name] }

    func number(_ name: String) -> UInt64? { values[name].flatMap { UInt64($0) } }
}
