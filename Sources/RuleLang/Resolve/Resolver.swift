internal import RequestModel

/// Turns syntax trees into a typed program: looks names up, checks types, reads the files that
/// sets,
/// tables and answers name. Reports everything it finds and goes on; a piece that the parser has
/// already reported (`.missing`) is skipped without a word.
///
/// Invariant: a program comes out only when no S or T diagnostic was made.
struct Resolver {
    let loader: any SourceLoader
    var program = Program()
    var diagnostics: [Diagnostic] = []

    /// Declared names, one name space a kind; `@` and `$` names share one.
    var pools: [String: PoolID] = [:]
    var splits: [String: SplitID] = [:]
    var ruleTables: [String: RuleTableID] = [:]
    var listeners: [String: ListenerID] = [:]
    /// `let`, `set` and `table`.
    var values: [String: NamedValue] = [:]
    var bundles: [String: ModifiersSyntax] = [:]

    /// Atoms are interned: one id for each distinct (value, test).
    var atomIDs: [Atom: AtomID] = [:]
    /// A file could not be included: a name that is not found may stand in it, so unknown names are
    /// not reported.
    var isIncomplete = false
    var conditionState = ConditionState()

    /// The URL settings of `defaults`.
    var defaultPolicy = ListenerPolicy()
    /// Set files read so far, by set name; nil: cannot be read.
    var setFiles: [String: [(bytes: [UInt8], span: SourceSpan)]?] = [:]
    /// The CSV file of a table and the line of each row.
    var tableFiles: [TableID: FileID] = [:]
    var tableLines: [TableID: [Int]] = [:]

    enum NamedValue: Sendable {
        case binding(LetID)
        case set(SetSyntax)
        case table(TableID)
    }

    init(loader: any SourceLoader) { self.loader = loader }

    mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    /// The id of an atom, the same for equal atoms.
    mutating func intern(_ atom: Atom) -> AtomID {
        if let id = atomIDs[atom] { return id }
        let id = AtomID(program.atoms.count)
        program.atoms.append(atom)
        atomIDs[atom] = id
        return id
    }

    /// Reports a name of `kind` ("pool", "split", …) that nothing declares, with the nearest one.
    mutating func reportUnknown(
        _ kind: String, _ name: NameSyntax, among known: some Sequence<String>, sigil: String = ""
    ) {
        guard !isIncomplete else { return }
        let near = nearest(name.text, among: known)
        report(
            Diagnostic(
                .unknownName, at: name.span, "there is no \(kind) `\(sigil)\(name.text)`",
                help: near.map { "did you mean `\(sigil)\($0)`?" },
                fixIt: near.map { .init(.displayOnly, [.init(name.span, $0)]) }))
    }

    mutating func pool(named name: NameSyntax) -> PoolID? {
        if let id = pools[name.text] { return id }
        reportUnknown("pool", name, among: pools.keys)
        return nil
    }

    mutating func split(named name: NameSyntax) -> SplitID? {
        if let id = splits[name.text] { return id }
        reportUnknown("split", name, among: splits.keys)
        return nil
    }

    mutating func ruleTable(named name: NameSyntax) -> RuleTableID? {
        if let id = ruleTables[name.text] { return id }
        reportUnknown("`rules` block", name, among: ruleTables.keys)
        return nil
    }
}

/// The closest of the known words, if one is close enough to be what was meant: at most a third of
/// the letters differ (edit distance with swaps), ties by byte order.
package func nearest(_ word: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, word.utf8.count / 3)
    var best: (distance: Int, word: String)?
    for candidate in known {
        let distance = editDistance(Array(word.lowercased().utf8), Array(candidate.utf8))
        guard distance <= limit else { continue }
        if best.map({ (distance, candidate) < ($0.distance, $0.word) }) ?? true {
            best = (distance, candidate)
        }
    }
    return best?.word
}

/// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard abs(a.count - b.count) <= 16 else { return .max }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, beforeLast[j - 1] + 1)
            }
            row.append(best)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
