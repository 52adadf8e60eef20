package import RequestModel
package import RuleLang

extension Disagreement {
    /// Looks at files and a request whether they show a disagreement.
    package typealias Check = (RuleFiles, RequestBuilder, TreeBudget) -> Disagreement?

    /// The same disagreement with as little as possible: files, lines of the files, tokens of the
    /// main one's lines, fields, facts and bytes of the request are left out as long as the two
    /// still disagree.
    package func shrunk(
        _ check: Check = { TreeComparison($0, $2)?.firstDisagreement([$1]) }
    ) -> Disagreement {
        var best = self
        _ = best.take(files.main.replacing("\r\n", with: "\n"), files.others, check)
        var size = Int.max
        while best.size < size {
            size = best.size
            best.joinLines(check)
            best.simplifyActions(check)
            best.dropLines(check)
            best.unwrapBlocks(check)
            best.simplifyGroups(check)
            best.dropFiles(check)
            best.dropTokens(check)
            best.dropFields(check)
            best.dropFacts(check)
            best.dropBytes(check)
        }
        return best
    }

    private var size: Int {
        let fields = request.headers.reduce(0) { $0 + $1.name.count + $1.value.count + 1 }
        let others = files.others.values.reduce(0) { $0 + $1.utf8.count + 1 }
        return files.main.utf8.count + others + request.target.count + fields
    }

    /// Takes what is smaller if it still shows a disagreement.
    mutating func take(
        _ main: String, _ others: [String: String], _ check: Check
    ) -> Bool {
        guard let smaller = check(RuleFiles(main, others), request, budget) else { return false }
        self = smaller
        return true
    }

    private mutating func take(_ smaller: RequestBuilder, _ check: Check) -> Bool {
        guard let found = check(files, smaller, budget) else { return false }
        self = found
        return true
    }

    private mutating func dropLines(_ check: Check) {
        dropLines(of: files.main) { found, text in found.take(text, found.files.others, check) }
        for name in files.others.keys.sorted() {
            dropLines(of: files.others[name] ?? "") { found, text in
                var others = found.files.others
                others[name] = text
                return found.take(found.files.main, others, check)
            }
        }
    }

    private mutating func dropLines(
        of text: String, _ take: (inout Disagreement, String) -> Bool
    ) {
        var lines = text.split(separator: "\n").map(String.init)
        let halves = (1...12).map { lines.count >> $0 }.filter { $0 > 8 }
        for count in halves + [8, 7, 6, 5, 4, 3, 2, 1] where count <= lines.count {
            var start = 0
            while start < lines.count {
                var fewer = lines
                fewer.removeSubrange(start..<min(start + count, lines.count))
                if take(&self, fewer.joined(separator: "\n") + "\n") {
                    lines = fewer
                } else {
                    start += count
                }
            }
        }
    }

    private mutating func dropFiles(_ check: Check) {
        for name in files.others.keys.sorted() {
            var fewer = files.others
            fewer[name] = nil
            _ = take(files.main, fewer, check)
        }
    }

    private mutating func dropTokens(_ check: Check) {
        var lines = files.main.split(separator: "\n").map(String.init)
        for number in lines.indices {
            var tokens = lines[number].split(separator: " ").map(String.init)
            for count in [12, 8, 6, 5, 4, 3, 2, 1] {
                var start = 0
                while start + count <= tokens.count {
                    var fewer = tokens
                    fewer.removeSubrange(start..<start + count)
                    var changed = lines
                    changed[number] = fewer.joined(separator: " ")
                    if take(changed.joined(separator: "\n") + "\n", files.others, check) {
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
            if !take(fewer, check) { index += 1 }
        }
    }

    /// What a request says of its connection, back to what it says by itself.
    private mutating func dropFacts(_ check: Check) {
        let plain = RequestBuilder()
        let edits: [(inout RequestBuilder) -> Void] = [
            { $0.method = plain.method }, { $0.version = plain.version },
            { $0.peer = plain.peer }, { $0.peerPort = nil }, { $0.listenerName = [] },
            { $0.listenerPort = plain.listenerPort },
            { $0.tls = nil }, { $0.tls?.sni = nil }, { $0.tls?.alpn = nil },
            { $0.tls?.clientSubject = nil }, { $0.tls?.clientVerified = false },
            { $0.now = 0 },
        ]
        for edit in edits {
            var plainer = request
            edit(&plainer)
            _ = take(plainer, check)
        }
    }

    private mutating func dropBytes(_ check: Check) {
        var index = 1
        while index < request.target.count {
            var shorter = request
            shorter.target.remove(at: index)
            if !take(shorter, check) { index += 1 }
        }
        for field in request.headers.indices {
            var place = 0
            while place < request.headers[field].value.count {
                var shorter = request
                shorter.headers[field].value.remove(at: place)
                if !take(shorter, check) { place += 1 }
            }
        }
    }

    /// For a reader; from `== request` on it is a fixture.
    package var description: String {
        let fixture = TreeFixture(files: files, request: request, budget: budget)
        return "rules \(table): the tree says \(tree), in order it is \(naive)\n\(fixture.text)"
    }
}
