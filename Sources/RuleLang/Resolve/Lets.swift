/// `let` bindings in the order of their dependencies, and rule tables.
extension Resolver {
    mutating func resolveLets(_ lets: [LetSyntax]) {
        var byName: [String: LetSyntax] = [:]
        for binding in lets where byName[binding.name.text] == nil {
            byName[binding.name.text] = binding
        }
        var state: [String: Visit] = [:]
        for binding in lets { visit(binding.name.text, byName, &state, path: []) }
    }

    private enum Visit { case open, done }

    private mutating func visit(
        _ name: String, _ lets: [String: LetSyntax], _ state: inout [String: Visit], path: [String]
    ) {
        guard let binding = lets[name], state[name] == nil, path.count <= lets.count else { return }
        state[name] = .open
        let path = path + [name]
        var isCyclic = false
        binding.value.forEachLeaf { leaf in
            guard case .letReference(let used, _) = leaf else { return }
            if state[used.text] == .open {
                let start = path.firstIndex(of: used.text) ?? 0
                let names = (path[start...] + [used.text]).map { "`@\($0)`" }
                report(
                    Diagnostic(
                        .cycle, at: used.span,
                        "`let` comes back to itself: \(names.joined(separator: " -> "))"))
                isCyclic = true
            } else {
                visit(used.text, lets, &state, path: path)
            }
        }
        state[name] = .done
        guard !isCyclic, case .binding(let id)? = values[name] else { return }
        program.lets[id].expression = resolveCondition(binding.value)
    }

    mutating func resolveRuleTables(_ declarations: Declarations) {
        reportCyclicUses(declarations)
        program.ruleTables[Program.mainTable].statements = resolveStatements(
            declarations.statements, table: Program.mainTable)
        for rules in declarations.rules {
            guard let id = ruleTables[rules.name.text],
                program.ruleTables[id].span == rules.span
            else { continue }
            program.ruleTables[id].statements = resolveStatements(rules.statements, table: id)
        }
    }

    /// `use` that comes back to its own block.
    private mutating func reportCyclicUses(_ declarations: Declarations) {
        var uses: [String: [NameSyntax]] = [:]
        for rules in declarations.rules where uses[rules.name.text] == nil {
            uses[rules.name.text] = rules.statements.flatMap(Self.uses)
        }
        for rules in declarations.rules {
            for use in uses[rules.name.text] ?? []
            where Self.reaches(rules.name.text, from: use.text, uses) {
                report(
                    Diagnostic(
                        .cycle, at: use.span,
                        "`use \(use.text)` comes back to `rules \(rules.name.text)`"))
            }
        }
    }

    private static func uses(_ statement: StatementSyntax) -> [NameSyntax] {
        switch statement {
        case .rule: []
        case .use(let name, _): [name]
        case .when(_, let body, _): body.flatMap(uses)
        }
    }

    private static func reaches(
        _ target: String, from start: String, _ uses: [String: [NameSyntax]]
    ) -> Bool {
        var open = [start]
        var seen: Set<String> = []
        while let name = open.popLast() {
            if name == target { return true }
            if seen.insert(name).inserted { open += (uses[name] ?? []).map(\.text) }
        }
        return false
    }
}
