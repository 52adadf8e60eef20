/// Splits: keys, shares, arms.
extension Resolver {
    mutating func resolveSplits(_ declared: [SplitSyntax]) {
        for syntax in declared {
            guard let id = splits[syntax.name.text], program.splits[id].span == syntax.name.span
            else { continue }
            program.splits[id].key = splitKey(syntax.key)
            program.splits[id].salt = syntax.salt?.bytes ?? Array(syntax.name.text.utf8)
            program.splits[id].arms = arms(of: syntax)
        }
        reportCyclicSplits()
    }

    private mutating func splitKey(_ key: SplitSyntax.Key?) -> Split.Key {
        switch key {
        case nil: return .random
        case .value(let value, let fallback):
            let terms = [value, fallback].compactMap { $0 }.compactMap { resolveValue($0) }
            return .values(terms)
        case .stickyCookie(let name, let lifetime):
            var seconds: Int?
            if let lifetime {
                seconds = Quantity.duration(lifetime.text).map { $0 / 1_000 }
                if seconds ?? 0 == 0 {
                    badSetting(
                        lifetime.span, "`\(lifetime.text)` is not a lifetime",
                        help: "write a duration such as `1h`")
                }
            }
            return .stickyCookie(name: Array(name.text.utf8), lifetimeSeconds: seconds)
        }
    }

    private mutating func arms(of syntax: SplitSyntax) -> [Split.Arm] {
        var arms: [Split.Arm] = []
        var identities: [String: SourceSpan] = [:]
        var isComplete = true
        for arm in syntax.arms {
            var share: Int?
            if let word = arm.share {
                share = Quantity.share(word.text)
                if share == nil {
                    isComplete = false
                    report(
                        Diagnostic(
                            .badSplit, at: word.span, "`\(word.text)` is not a share",
                            help: "write a percentage with at most two decimals: `2.5%`"))
                }
            }
            guard let action = resolveAction(arm.action, captures: [], splitsAllowed: true) else {
                continue
            }
            let identity = arm.label?.text ?? self.identity(of: action, arm)
            if let first = identities[identity] {
                report(
                    Diagnostic(
                        .badSplit, at: arm.span, "two arms are known as `\(identity)`",
                        labels: [.init(first, "the first one")],
                        help: "give one of them a label: `other: 5% -> …`"))
            }
            identities[identity] = arm.span
            arms.append(
                Split.Arm(identity: identity, share: share, action: action, span: arm.span))
        }
        if isComplete { checkShares(syntax) }
        return arms
    }

    /// An arm without a label is known by its target.
    private func identity(of action: Action, _ arm: ArmSyntax) -> String {
        switch action {
        case .pool(let id): program.pools[id].name
        case .split(let id): program.splits[id].name
        case .redirect, .respond, .deny, .close, .tablePool:
            String(
                decoding: program.sources.text(of: arm.action.span), as: UTF8.self)
        }
    }

    private mutating func checkShares(_ syntax: SplitSyntax) {
        let rests = syntax.arms.filter { $0.share == nil }
        let sum = syntax.arms.compactMap { $0.share.flatMap { Quantity.share($0.text) } }
            .reduce(0, +)
        let percent = sum % 100 == 0 ? "\(sum / 100)" : "\(sum / 100).\(Self.decimals(sum % 100))"
        if rests.count > 1 {
            report(
                Diagnostic(
                    .badShares, at: rests[1].span, "a split has one `rest`",
                    labels: [.init(rests[0].span, "the first one")]))
        } else if sum > 10_000 || (rests.isEmpty && sum != 10_000) {
            report(
                Diagnostic(
                    .badShares, at: syntax.name.span,
                    "the shares of `\(syntax.name.text)` are \(percent) %, not 100 %",
                    help: sum < 10_000 ? "let one arm take the `rest`" : nil))
        } else if sum == 10_000, let rest = rests.first {
            report(
                Diagnostic(
                    .restGetsNothing, at: rest.span,
                    "the other arms take 100 %: `rest` is never drawn"))
        }
    }

    private static func decimals(_ hundredths: Int) -> String {
        let text = hundredths < 10 ? "0\(hundredths)" : "\(hundredths)"
        return text.hasSuffix("0") ? String(text.dropLast()) : text
    }

    private mutating func reportCyclicSplits() {
        for index in program.splits.indices {
            let start = SplitID(index)
            for arm in program.splits[index].arms {
                guard case .split(let next) = arm.action, reaches(start, from: next) else {
                    continue
                }
                report(
                    Diagnostic(
                        .cycle, at: arm.span,
                        "this arm comes back to split `\(program.splits[index].name)`"))
            }
        }
    }

    private func reaches(_ target: SplitID, from start: SplitID) -> Bool {
        var open = [start]
        var seen: Set<SplitID> = []
        while let id = open.popLast() {
            if id == target { return true }
            guard seen.insert(id).inserted else { continue }
            for arm in program.splits[id].arms {
                if case .split(let next) = arm.action { open.append(next) }
            }
        }
        return false
    }
}
