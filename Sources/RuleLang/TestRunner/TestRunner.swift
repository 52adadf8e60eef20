internal import Patterns
internal import RequestModel

/// The result of one request of a test.
package struct TestResult: Sendable {
    package enum Verdict: Sendable {
        case passed
        /// What was expected, what was got, and how the decision came about.
        case failed(expected: String, got: String, why: String)
    }

    package var test: String
    package var request: TestRequest
    package var verdict: Verdict

    package var hasPassed: Bool {
        if case .passed = verdict { return true }
        return false
    }
}

/// Runs every `test` block of a program.
package func runTests(_ program: Program) -> [TestResult] {
    let scratch = PatternScratch(
        limits: MatchLimits(steps: UInt32(program.settings.limits.regexSteps)))
    let runner = TestRunner(evaluator: NaiveEvaluator(program, scratch: scratch))
    return program.tests.flatMap { test in
        test.requests.map {
            TestResult(test: test.name, request: $0, verdict: runner.run($0))
        }
    }
}

private struct TestRunner {
    let evaluator: NaiveEvaluator
    var program: Program { evaluator.program }

    func run(_ request: TestRequest) -> TestResult.Verdict {
        let built = program.view(
            method: request.method, target: request.target, headers: request.headers,
            facts: request.facts, listener: request.listener)
        let expected = request.expectations.map { text($0) }.joined(separator: " or ")
        switch built {
        case .failure(let refusal):
            let isExpected = request.expectations.contains { expectation in
                if case .refuse(let status) = expectation.kind { return status == refusal.status }
                return false
            }
            return isExpected
                ? .passed
                : .failed(
                    expected: expected, got: "refuse \(refusal.status)",
                    why: "the request is refused before any rule: \(refusal.reason.rawValue)\n")
        case .success(let view):
            return run(request, view, expected)
        }
    }

    private func run(
        _ request: TestRequest, _ view: RequestView, _ expected: String
    ) -> TestResult.Verdict {
        evaluator.hasReadNow = false
        let explanation = evaluator.explain(request.table, view, random: { 0x5bd1_e995_9f3b_a7c1 })
        if evaluator.hasReadNow, request.facts.now == nil {
            return .failed(
                expected: expected, got: "an answer that depends on `now`",
                why: "say when: `at 2026-11-27T00:00:00Z`\n")
        }
        var fault: String?
        for expectation in request.expectations {
            switch fulfils(explanation.plan, expectation, view) {
            case nil: return .passed
            case let reason: fault = fault ?? reason
            }
        }
        let why = (fault.map { "\($0)\n" } ?? "") + explanation.text(program)
        return .failed(expected: expected, got: got(explanation.plan), why: why)
    }

    // MARK: - Comparing

    /// nil: fulfilled; else a sentence, empty if the texts of expected and got say it.
    private func fulfils(
        _ plan: RoutingPlan, _ expectation: Expectation, _ view: RequestView
    ) -> String? {
        guard let fault = kindFault(plan, expectation.kind) else {
            for effect in expectation.effects where !has(plan, effect, view) {
                let text = program.sources.text(of: effect.span)
                return "missing effect: \(String(decoding: text, as: UTF8.self))"
            }
            return nil
        }
        return fault
    }

    private func kindFault(_ plan: RoutingPlan, _ kind: Expectation.Kind) -> String? {
        switch (kind, plan.outcome) {
        case (.pool(let pool), .forward(let got)):
            if plan.draws.contains(where: \.isRandom) {
                return "the draw is random: expect the split instead of a pool"
            }
            return pool == got ? nil : ""
        case (.split(let split), _):
            return plan.draws.contains { $0.split == split } ? nil : ""
        case (.rule(let rule), _): return plan.rule == rule ? nil : ""
        case (.noMatch, .noMatch): return plan.rule == nil ? nil : ""
        case (.close, .close): return nil
        case (.refuse(let status), .refused(let got, _)): return status == got ? nil : ""
        case (.deny(let status), .answer(let answer)):
            guard case .deny = plan.action else { return "" }
            return status == answer.status ? nil : ""
        case (.redirect(let status, let location), .answer(let answer)):
            guard case .redirect = plan.action else { return "" }
            let got = answer.headers.first { $0.name == Array("location".utf8) }?.value
            return status == answer.status && location == got ? nil : ""
        case (.respond(let status, let body), .answer(let answer)):
            guard case .respond = plan.action else { return "" }
            return status == answer.status && (body ?? answer.body) == answer.body ? nil : ""
        default: return ""
        }
    }

    private func has(_ plan: RoutingPlan, _ effect: Modifier, _ view: RequestView) -> Bool {
        var expected = RoutingPlan()
        expected.rewrittenTarget = plan.rewrittenTarget
        let renderer = TemplateRenderer(program: program, captures: [], plan: expected, view: view)
        Planner(evaluator).apply([effect], renderer, view, &expected)
        switch effect.kind {
        case .stripPrefix, .rewritePath, .rewriteQuery:
            return plan.target(view) == expected.target(view)
        case .rewriteHost: return plan.host == expected.host
        case .timeout:
            return plan.timeouts.contains { timeout in
                expected.timeouts.contains {
                    $0.timeout == timeout.timeout && $0.milliseconds == timeout.milliseconds
                }
            }
        case .tag:
            return plan.tags.contains { tag in
                expected.tags.contains { $0.name == tag.name && $0.value == tag.value }
            }
        default:
            return expected.requestEdits.allSatisfy { plan.requestEdits.contains($0) }
                && expected.responseEdits.allSatisfy { plan.responseEdits.contains($0) }
        }
    }

    // MARK: - Texts

    private func text(_ expectation: Expectation) -> String {
        String(decoding: program.sources.text(of: expectation.span), as: UTF8.self)
    }

    private func got(_ plan: RoutingPlan) -> String {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let target: String
        switch plan.outcome {
        case .forward(let pool): target = "pool \(program.pools[pool].name)"
        case .close: target = "close"
        case .noMatch: target = "no match"
        case .refused(let status, let reason): target = "refuse \(status) (\(reason))"
        case .answer(let answer):
            switch plan.action {
            case .deny: target = "deny \(answer.status)"
            case .redirect:
                target = "redirect \(answer.status) \"\(text(answer.headers.first?.value ?? []))\""
            default: target = "respond \(answer.status) \"\(text(answer.body))\""
            }
        }
        guard let draw = plan.draws.first else { return target }
        return "split \(program.splits[draw.split].name), which drew \(target)"
    }
}
