/// An explanation as people and programs read it.
extension Explanation {
    package func text(_ program: Program) -> String {
        var lines: [String] = []
        switch decision {
        case .noMatch: lines.append("no rule matches: 404")
        case .rule(let id), .error(let id, _):
            let label = program.rules[id].label.map { " \($0)" } ?? ""
            lines.append("decided by \(program.place(of: id))\(label)")
            lines.append("  \(program.line(of: id))")
        }
        lines += details(program).map { "  \($0.0): \($0.1)" }
        if !steps.isEmpty { lines.append("earlier rules that do not match") }
        for step in steps { lines.append("  " + line(of: step, program)) }
        return lines.joined(separator: "\n") + "\n" + (story?.text(program) ?? "")
    }

    private func line(of step: Step, _ program: Program) -> String {
        let because = String(decoding: program.sources.text(of: step.because), as: UTF8.self)
        let actual = step.actual.map { " (is \($0))" } ?? ""
        let label = program.rules[step.rule].label.map { " \($0)" } ?? ""
        return "\(program.place(of: step.rule))\(label): not `\(because)`\(actual)"
    }

    /// Name and value of everything that the plan says, in order.
    private func details(_ program: Program) -> [(String, String)] {
        var details: [(String, String)] = []
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        for capture in plan.captures {
            details.append(("capture \(capture.name)", "\"\(text(capture.value))\""))
        }
        for draw in plan.draws {
            let split = program.splits[draw.split]
            let share = split.arms[draw.arm].share.map { Self.percent($0) } ?? "rest"
            let kind = draw.isRandom ? "random draw" : "by its key"
            details.append(
                ("split \(split.name)", "\(split.arms[draw.arm].identity) (\(share), \(kind))"))
        }
        switch plan.outcome {
        case .forward(let pool):
            details.append(("pool", program.pools[pool].name))
            details.append(("forwards", text(target)))
            if let host = plan.host { details.append(("host", text(host))) }
        case .answer(let answer):
            details.append(("answers", String(answer.status)))
            for header in answer.headers {
                details.append((text(header.name), text(header.value)))
            }
            if !answer.body.isEmpty { details.append(("body", "\(answer.body.count) bytes")) }
        case .close: details.append(("closes", "the connection, without an answer"))
        case .noMatch: break
        case .refused(let status, let reason): details.append(("answers", "\(status) \(reason)"))
        }
        details += plan.requestEdits.map { ("request header", $0.text) }
        details += plan.responseEdits.map { ("response header", $0.text) }
        details += plan.timeouts.map { ("timeout \($0.timeout.rawValue)", "\($0.milliseconds)ms") }
        details += plan.tags.map { ("tag \($0.name)", "\"\(text($0.value))\"") }
        return details
    }

    static func percent(_ hundredths: Int) -> String {
        guard hundredths % 100 != 0 else { return "\(hundredths / 100)%" }
        let rest = hundredths % 100
        let digits = rest < 10 ? "0\(rest)" : rest % 10 == 0 ? "\(rest / 10)" : "\(rest)"
        return "\(hundredths / 100).\(digits)%"
    }

    /// `{decision, rule, file, line, action, captures, pool, target, status, headers, notMatched,
    /// tree}`
    package func json(_ program: Program) -> JSONValue {
        var members: [(String, JSONValue)] = []
        switch decision {
        case .noMatch: members.append(("decision", .string("no_match")))
        case .rule(let id):
            members.append(("decision", .string("rule")))
            members += Self.rule(id, program)
        case .error(let id, let error):
            members.append(("decision", .string("error")))
            members.append(("error", .string(error.rawValue)))
            members += Self.rule(id, program)
        }
        members.append(
            ("captures", .object(plan.captures.map { ($0.name, JSONValue.text($0.value)) })))
        members.append(
            (
                "draws",
                .array(
                    plan.draws.map { draw in
                        .object([
                            ("split", .string(program.splits[draw.split].name)),
                            (
                                "arm",
                                .string(program.splits[draw.split].arms[draw.arm].identity)
                            ),
                            ("random", .bool(draw.isRandom)),
                        ])
                    })
            ))
        members += outcomeMembers(program)
        members.append(("requestEdits", .array(plan.requestEdits.map { .string($0.text) })))
        members.append(("responseEdits", .array(plan.responseEdits.map { .string($0.text) })))
        members.append(("notMatched", .array(steps.map { Self.json($0, program) })))
        if let story { members.append(("tree", story.json(program))) }
        return .object(members)
    }

    private static func rule(_ id: RuleID, _ program: Program) -> [(String, JSONValue)] {
        [("rule", .optional(program.rules[id].label))]
            + Diagnostic.place(program.rules[id].span, program.sources).prefix(2)
            + [("action", .string(program.actionText(of: id)))]
    }

    private func outcomeMembers(_ program: Program) -> [(String, JSONValue)] {
        switch plan.outcome {
        case .forward(let pool):
            [
                ("pool", .string(program.pools[pool].name)), ("target", .text(target)),
                ("host", plan.host.map { .text($0) } ?? .null),
            ]
        case .answer(let answer):
            [
                ("status", .number(Int(answer.status))),
                (
                    "headers",
                    .object(
                        answer.headers.map {
                            (String(decoding: $0.name, as: UTF8.self), .text($0.value))
                        })
                ), ("body", .text(answer.body)),
            ]
        case .close: [("close", .bool(true))]
        case .noMatch: [("status", .number(404))]
        case .refused(let status, let reason):
            [("status", .number(Int(status))), ("reason", .string(reason))]
        }
    }

    private static func json(_ step: Step, _ program: Program) -> JSONValue {
        let because = program.sources.text(of: step.because)
        let position = program.sources[step.because.file].position(of: step.because.start)
        return .object([
            ("rule", .optional(program.rules[step.rule].label)),
            ("file", .string(program.sources[step.because.file].name)),
            (
                "line",
                .number(
                    program.sources[program.rules[step.rule].span.file].position(
                        of: program.rules[step.rule].span.start
                    ).line)
            ), ("because", .text(because)), ("becauseLine", .number(position.line)),
            ("becauseColumn", .number(position.column)), ("actual", .optional(step.actual)),
        ])
    }
}

extension HeaderEdit {
    /// `set x-user = "7"`, as modifiers spell it.
    package var text: String {
        let name = String(decoding: name, as: UTF8.self)
        let value = String(decoding: value, as: UTF8.self)
        return switch operation {
        case .set: "set \(name) = \"\(value)\""
        case .add: "add \(name) = \"\(value)\""
        case .remove: "remove \(name)"
        case .setCookie: "set cookie \(value)"
        case .removeCookie: "remove cookie \(name)"
        }
    }
}

extension Program {
    /// The first line of a rule's source.
    func line(of rule: RuleID) -> String {
        let text = String(decoding: sources.text(of: rules[rule].span), as: UTF8.self)
        return text.split(separator: "\n").first.map(String.init) ?? text
    }
}
