internal import Patterns
package import RequestModel
package import RuleLang

/// A request that the tree and the naive evaluator decide differently.
package struct Disagreement {
    /// The main file; those of `RuleSetSample.files` stand beside it.
    package var text: String
    package var request: RequestBuilder
    package var budget: TreeBudget
    package var tree: Decision
    package var naive: Decision
}

/// The tree beside the naive evaluator.
package struct TreeComparison {
    package let text: String
    package let budget: TreeBudget
    package let program: Program

    /// nil when the file does not compile.
    package init?(_ text: String, _ budget: TreeBudget = TreeBudget()) {
        guard let program = CompiledText(text, RuleSetSample.files).program else { return nil }
        self.text = text
        self.budget = budget
        self.program = program
    }

    /// The first of the requests that is decided differently. `note` hears of each decision.
    package func firstDisagreement(
        _ requests: [RequestBuilder], note: (Decision) -> Void = { _ in }
    ) -> Disagreement? {
        firstDisagreement(requests, DecisionTree.build(program, budget: budget), note: note)
    }

    /// The same with a tree that somebody else has made of the program.
    package func firstDisagreement(
        _ requests: [RequestBuilder], _ built: DecisionTree,
        note: (Decision) -> Void = { _ in }
    ) -> Disagreement? {
        let limits = MatchLimits(steps: UInt32(program.settings.limits.regexSteps))
        let scratch = PatternScratch(limits: limits)
        var evaluator = TreeEvaluator(built, scratch: scratch)
        let naive = NaiveEvaluator(program, scratch: scratch)
        for request in requests {
            guard case .success(let view) = request.build(headerNames: program.headers) else {
                continue
            }
            let expected = naive.decide(Program.mainTable, view)
            let decision = evaluator.decide(Program.mainTable, view)
            note(expected)
            if decision != expected {
                return Disagreement(
                    text: text, request: request, budget: budget, tree: decision, naive: expected)
            }
        }
        return nil
    }
}

extension Disagreement {
    /// Looks at a file and a request whether they show a disagreement.
    package typealias Check = (String, RequestBuilder, TreeBudget) -> Disagreement?

    /// The same disagreement with as little as possible: lines of the file, tokens of its lines,
    /// fields and bytes of the request are left out as long as the two still disagree.
    package func shrunk(
        _ check: Check = { TreeComparison($0, $2)?.firstDisagreement([$1]) }
    ) -> Disagreement {
        var best = self
        var size = Int.max
        while best.size < size {
            size = best.size
            best.dropLines(check)
            best.dropTokens(check)
            best.dropFields(check)
            best.dropBytes(check)
        }
        return best
    }

    private var size: Int {
        let fields = request.headers.reduce(0) { $0 + $1.name.count + $1.value.count + 1 }
        return text.utf8.count + request.target.count + fields
    }

    private mutating func dropLines(_ check: Check) {
        var lines = text.split(separator: "\n").map(String.init)
        var count = max(1, lines.count / 2)
        while count > 0 {
            var start = 0
            while start < lines.count {
                var fewer = lines
                fewer.removeSubrange(start..<min(start + count, lines.count))
                if let smaller = check(fewer.joined(separator: "\n") + "\n", request, budget) {
                    self = smaller
                    lines = fewer
                } else {
                    start += count
                }
            }
            count /= 2
        }
    }

    private mutating func dropTokens(_ check: Check) {
        var lines = text.split(separator: "\n").map(String.init)
        for number in lines.indices {
            var tokens = lines[number].split(separator: " ").map(String.init)
            for count in [12, 8, 6, 5, 4, 3, 2, 1] {
                var start = 0
                while start + count <= tokens.count {
                    var fewer = tokens
                    fewer.removeSubrange(start..<start + count)
                    var changed = lines
                    changed[number] = fewer.joined(separator: " ")
                    if let smaller = check(changed.joined(separator: "\n") + "\n", request, budget)
                    {
                        self = smaller
                        tokens = fewer
                        lines = changed
                    } else {
                        start += 1
                    }
                }
            }
        }
    }

    private mutating func dropFields(_ check: Check) {
        var index = 0
        while index < request.headers.count {
            var fewer = request
            fewer.headers.remove(at: index)
            if let smaller = check(text, fewer, budget) { self = smaller } else { index += 1 }
        }
    }

    private mutating func dropBytes(_ check: Check) {
        var index = 1
        while index < request.target.count {
            var shorter = request
            shorter.target.remove(at: index)
            if let smaller = check(text, shorter, budget) { self = smaller } else { index += 1 }
        }
        for field in request.headers.indices {
            var place = 0
            while place < request.headers[field].value.count {
                var shorter = request
                shorter.headers[field].value.remove(at: place)
                if let smaller = check(text, shorter, budget) { self = smaller } else { place += 1 }
            }
        }
    }

    /// For a reader, and for a fixture.
    package var description: String {
        let fields = request.headers.map {
            "\(String(decoding: $0.name, as: UTF8.self)): "
                + String(decoding: $0.value, as: UTF8.self)
        }
        let line =
            "\(String(decoding: request.method, as: UTF8.self)) "
            + String(decoding: request.target, as: UTF8.self)
        return """
            tree: \(tree), naive: \(naive)
            \(line)
            \(fields.joined(separator: "\n"))
            peer \(request.peer.map { $0.text } ?? "-") port \(request.listenerPort)
            \(text)
            """
    }
}
