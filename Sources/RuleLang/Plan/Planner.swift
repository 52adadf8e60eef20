internal import Patterns
package import RequestModel

/// Fills in what a decision leaves open: captures, draws, templates, modifiers.
package struct Planner {
    let evaluator: NaiveEvaluator
    private let prepared: PreparedActions
    /// Signs the cookies of sticky splits.
    private let stickyKey: SipHash

    /// `prepared` is that of the evaluator's program; without it every plan is made anew.
    package init(
        _ evaluator: NaiveEvaluator, prepared: PreparedActions? = nil,
        stickyKey: SipHash = SipHash(key0: 0, key1: 0)
    ) {
        self.evaluator = evaluator
        self.stickyKey = stickyKey
        self.prepared = prepared ?? PreparedActions()
    }

    /// The same as `plan(_:_:random:)`, into a plan that is empty: rules that are the same for
    /// every request allocate nothing.
    package func fill(
        _ plan: inout RoutingPlan, _ decision: Decision, _ view: RequestView, random: () -> UInt64
    ) {
        guard case .rule(let id) = decision, id.index < prepared.actions.count else {
            plan = self.plan(decision, view, random: random)
            return
        }
        switch prepared.actions[id.index] {
        case .forward(let pool):
            plan.rule = id
            plan.action = .pool(pool)
            plan.outcome = .forward(pool)
        case .answer(let answer):
            plan.rule = id
            plan.action = evaluator.program.rules[id].action
            plan.outcome = .answer(answer)
        case .perRequest: plan = self.plan(decision, view, random: random)
        }
    }

    /// `random` is asked once for each draw that is not keyed.
    package func plan(
        _ decision: Decision, _ view: RequestView, random: () -> UInt64
    ) -> RoutingPlan {
        var plan = RoutingPlan()
        switch decision {
        case .noMatch: return plan
        case .error(let rule, let error):
            plan.rule = rule
            plan.outcome = .refused(status: 500, reason: error.rawValue)
            return plan
        case .rule(let id):
            plan.rule = id
            let rule = program.rules[id]
            plan.captures = rule.captures.map { ($0.name, value(of: $0, view)) }
            let action = draw(rule.action, view, random, &plan)
            plan.action = action
            let renderer = TemplateRenderer(
                program: program, captures: rule.captures, plan: plan, view: view)
            apply(rule.modifiers, renderer, view, &plan)
            if case .refused = plan.outcome { return plan }
            plan.outcome = outcome(action, renderer, view)
            return plan
        }
    }

    var program: Program { evaluator.program }

    // MARK: - Captures

    private func value(of capture: Capture, _ view: RequestView) -> [UInt8] {
        for source in capture.sources {
            let isTaken = source.branches.allSatisfy { evaluator.truth($0, view) == .yes }
            guard isTaken, evaluator.truth(source.atom, view) == .yes else { continue }
            if let value = value(of: source, view) { return value }
        }
        return []
    }

    private func value(of source: Capture.Source, _ view: RequestView) -> [UInt8]? {
        switch (program.atoms[source.atom], source.part) {
        case (.row(let table), .column(let column)):
            return evaluator.row(table, view).map { program.tables[table].rows[$0][column] }
        case (.test(let term, .regex(let patterns)), .groups(let numbers)):
            for value in term.values(in: view) {
                if let group = evaluator.group(numbers, of: patterns, in: value.text) {
                    return group
                }
            }
            return nil
        case (.test(let term, .matches(let patterns)), .segments(let parts)):
            for value in term.values(in: view) {
                for (index, pattern) in patterns.enumerated() {
                    if let match = pattern.match(value.text) { return Array(match[parts[index]]) }
                }
            }
            return nil
        default:
            return nil
        }
    }

    // MARK: - Draws

    /// The action behind all splits, each drawn once.
    private func draw(
        _ action: Action, _ view: RequestView, _ random: () -> UInt64, _ plan: inout RoutingPlan
    ) -> Action {
        var action = action
        while case .split(let id) = action {
            let split = program.splits[id]
            let arm: Int
            if case .stickyCookie(let name, let lifetime) = split.key {
                let draw = StickyDraw(
                    split, name: name, lifetimeSeconds: lifetime, view, key: stickyKey,
                    random: random)
                arm = draw.arm
                plan.draws.append(.init(split: id, arm: arm, isRandom: true))
                if let cookie = draw.cookie {
                    plan.responseEdits.append(HeaderEdit(.setCookie, name: name, value: cookie))
                }
            } else {
                let key = key(of: split, view)
                arm = SplitDraw.arm(of: split, key: key ?? bytes(of: random()))
                plan.draws.append(.init(split: id, arm: arm, isRandom: key == nil))
            }
            guard arm < split.arms.count else { break }
            action = split.arms[arm].action
        }
        return action
    }

    private func bytes(of number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// The first value that is present and not empty.
    private func key(of split: Split, _ view: RequestView) -> [UInt8]? {
        guard case .values(let terms) = split.key else { return nil }
        for term in terms {
            if let text = term.values(in: view).first?.text, !text.isEmpty { return text }
        }
        return nil
    }

    // MARK: - Actions

    private func outcome(
        _ action: Action, _ renderer: TemplateRenderer, _ view: RequestView
    ) -> RoutingPlan.Outcome {
        switch action {
        case .pool(let id): return .forward(id)
        case .tablePool(let table, let column):
            guard let row = evaluator.row(table, view),
                let pools = program.tables[table].pools[column]
            else { return .noMatch }
            return .forward(pools[row])
        case .close: return .close
        case .deny(let status):
            return .answer(.denied(status))
        case .redirect(let status, let template):
            guard let location = renderer.location(template) else {
                return .refused(status: 400, reason: "redirect_refused")
            }
            return .answer(
                LocalAnswer(
                    status: status, headers: [(Array("location".utf8), location)], body: []))
        case .respond(let status, let body):
            switch body {
            case .none: return .answer(LocalAnswer(status: status, headers: [], body: []))
            case .template(let template):
                return .answer(.text(status, renderer.render(template, .body)))
            case .file(let path, let bytes):
                return .answer(.file(status, path: path, bytes))
            }
        case .split: return .noMatch
        }
    }
}

extension LocalAnswer {
    static func text(_ status: UInt16, _ body: [UInt8]) -> LocalAnswer {
        LocalAnswer(
            status: status, headers: Self.headers("text/plain; charset=utf-8"), body: body)
    }

    static func denied(_ status: UInt16) -> LocalAnswer {
        text(status, Array("denied\n".utf8))
    }

    static func file(_ status: UInt16, path: String, _ body: [UInt8]) -> LocalAnswer {
        let suffix = path.lastIndex(of: ".").map { String(path[$0...].dropFirst()) } ?? ""
        let type = contentTypes[suffix.lowercased()] ?? "application/octet-stream"
        return LocalAnswer(status: status, headers: headers(type), body: body)
    }

    private static func headers(_ contentType: String) -> [(name: [UInt8], value: [UInt8])] {
        [
            (Array("content-type".utf8), Array(contentType.utf8)),
            (Array("x-content-type-options".utf8), Array("nosniff".utf8)),
        ]
    }

    private static let contentTypes = [
        "txt": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8",
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "json": "application/json", "xml": "application/xml", "svg": "image/svg+xml",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "webp": "image/webp", "ico": "image/x-icon", "woff2": "font/woff2",
    ]
}
