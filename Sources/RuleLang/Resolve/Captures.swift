internal import Patterns
internal import RequestModel

/// Captures by what must be true when a rule matches (language.md 8).
extension Resolver {
    /// The captures of guards and condition together; a name that two of them have is reported.
    mutating func captures(of expressions: [Expression]) -> [Capture] {
        union(expressions.map { ($0, captures(of: $0)) })
    }

    private mutating func captures(of expression: Expression) -> [Capture] {
        switch expression.kind {
        case .constant, .not, .named: return []
        case .atom(let id): return captures(of: id)
        case .all(let parts): return union(parts.map { ($0, captures(of: $0)) })
        case .any(let parts): return common(parts.map { ($0, captures(of: $0)) })
        }
    }

    /// `and`: all names, each from one part.
    private mutating func union(_ parts: [(Expression, [Capture])]) -> [Capture] {
        var result: [Capture] = []
        var places: [String: SourceSpan] = [:]
        for (expression, captures) in parts {
            for capture in captures {
                guard let first = places[capture.name] else {
                    places[capture.name] = expression.span
                    result.append(capture)
                    continue
                }
                // The same test twice is one capture, and so are two tables' keys of one value.
                let known = result.first { $0.name == capture.name }
                if known.map({ isSame($0, capture) }) ?? false { continue }
                report(
                    Diagnostic(
                        .declaredTwice, at: expression.span,
                        "the rule captures `\(capture.name)` twice",
                        labels: [.init(first, "`\(capture.name)` is captured here too")]))
            }
        }
        return result
    }

    private func isSame(_ a: Capture, _ b: Capture) -> Bool {
        guard a.sources.count == 1, b.sources.count == 1, a.sources[0].branches.isEmpty,
            b.sources[0].branches.isEmpty
        else { return false }
        if a.sources[0].atom == b.sources[0].atom { return true }
        guard let key = key(of: a.sources[0]) else { return false }
        return key == self.key(of: b.sources[0])
    }

    /// The value that a table's key column is equal to.
    private func key(of source: Capture.Source) -> ValueTerm? {
        guard case .column(let column) = source.part,
            case .row(let table) = program.atoms[source.atom],
            program.tables[table].keys.indices.contains(column)
        else { return nil }
        return program.tables[table].keys[column]
    }

    /// `or`: the names that every branch has, from the first branch that is true.
    private func common(_ branches: [(Expression, [Capture])]) -> [Capture] {
        guard let first = branches.first else { return [] }
        return first.1.compactMap { capture in
            var sources: [Capture.Source] = []
            for (branch, captures) in branches {
                guard let same = captures.first(where: { $0.name == capture.name }) else {
                    return nil
                }
                sources += same.sources.map {
                    Capture.Source(
                        branches: [branch] + $0.branches, atom: $0.atom, part: $0.part)
                }
            }
            return Capture(name: capture.name, sources: sources)
        }
    }

    // MARK: - Atoms

    private func captures(of id: AtomID) -> [Capture] {
        func capture(_ name: String, _ part: Capture.Part) -> Capture {
            Capture(name: name, sources: [.init(branches: [], atom: id, part: part)])
        }
        switch program.atoms[id] {
        case .row(let table):
            let columns = program.tables[table].columns
            return columns.indices
                .filter { !Self.takenNames.contains(columns[$0]) }
                .map { capture(columns[$0], .column($0)) }
        case .test(_, .regex(let patterns)):
            let groups = patterns.map { program.patterns[$0].pattern.captureNames }
            return everywhere(groups).map { capture($0.name, .groups($0.numbers)) }
        case .test(_, .matches(let patterns)):
            let names = patterns.map(\.names)
            return everywhere(names).map { capture($0.name, .segments($0.numbers)) }
        case .test: return []
        }
    }

    /// The names that every alternative has, with their number in each.
    private func everywhere(
        _ alternatives: [[(name: String, number: Int)]]
    ) -> [(name: String, numbers: [Int])] {
        guard let first = alternatives.first else { return [] }
        return first.compactMap { entry in
            let numbers = alternatives.compactMap { alternative in
                alternative.first { $0.name == entry.name }?.number
            }
            return numbers.count == alternatives.count ? (entry.name, numbers) : nil
        }
    }

    // MARK: - What is captured somewhere, but not on every way

    /// Every name that some part of the expression captures, whether or not it must be true.
    func namesSomewhere(in expression: Expression) -> Set<String> {
        switch expression.kind {
        case .constant: return []
        case .not(let inner): return namesSomewhere(in: inner)
        case .all(let parts), .any(let parts):
            return parts.reduce(into: []) { $0.formUnion(namesSomewhere(in: $1)) }
        case .named(let id):
            guard program.lets.indices.contains(id.index) else { return [] }
            return namesSomewhere(in: program.lets[id].expression)
        case .atom(let id):
            switch program.atoms[id] {
            case .test(_, .regex(let patterns)):
                return Set(
                    patterns.flatMap { program.patterns[$0].pattern.captureNames.map(\.name) })
            case .test(_, .matches(let patterns)):
                return Set(patterns.flatMap { $0.names.map(\.name) })
            default: return Set(captures(of: id).map(\.name))
            }
        }
    }

    /// The tables that must have a row when the expression is true.
    func tablesWithRow(in expression: Expression) -> Set<TableID> {
        switch expression.kind {
        case .constant, .not, .named: return []
        case .atom(let id):
            if case .row(let table) = program.atoms[id] { return [table] }
            return []
        case .all(let parts):
            return parts.reduce(into: []) { $0.formUnion(tablesWithRow(in: $1)) }
        case .any(let parts):
            let sets = parts.map { tablesWithRow(in: $0) }
            return sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
        }
    }
}

extension SegmentPattern {
    /// The names of its parts, with their places.
    fileprivate var names: [(name: String, number: Int)] {
        parts.enumerated().compactMap { index, part in
            switch part {
            case .literal: nil
            case .one(let name), .rest(let name): (name, index)
            }
        }
    }
}
