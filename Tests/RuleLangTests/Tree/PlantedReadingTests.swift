import RequestModel
import RuleSamples
import Testing

@testable import RuleLang

/// The comparison with the naive evaluator finds a fault in the reading of any value and in any
/// test: a tree is built, all of one kind are changed, and generated requests must show it.
@Suite struct PlantedReadingTests {
    /// A value that is never there.
    @Test(arguments: LoweredTerm.Kind.allCases)
    func valueIsLost(_ kind: LoweredTerm.Kind) throws {
        // Absent but for verified clients, and then it is no text and no number.
        let other: LoweredTerm.Kind = kind == .tlsClientVerified ? .tls : .tlsClientVerified
        try expectFound { term in
            if term.kind == kind { term = LoweredTerm(kind: other, isAny: false, argument: 0) }
        }
    }

    /// A test that is never true.
    @Test(arguments: LoweredAtom.Code.allCases)
    func testIsLost(_ code: LoweredAtom.Code) throws {
        try expectFound(atoms: { atom in
            if atom.code == code { atom = LoweredAtom(code: .equal, term: 0, number: .min) }
        })
    }

    /// Nearly the same value.
    @Test(arguments: [
        (LoweredTerm.Kind.rawPath, LoweredTerm.Kind.path), (.path, .rawPath),
        (.clientIP, .peerIP), (.peerIP, .clientIP), (.lower, .length), (.integer, .length),
        (.scheme, .httpVersion), (.httpVersion, .tlsVersion), (.tlsSNI, .host),
        (.segmentCount, .port),
    ])
    func anotherValue(_ kind: LoweredTerm.Kind, _ other: LoweredTerm.Kind) throws {
        try expectFound { term in
            if term.kind == kind { term.kind = other }
        }
    }

    @Test func onlyTheFirstOfMany() throws {
        try expectFound { $0.isAny = false }
    }

    @Test func anotherSegment() throws {
        try expectFound { term in
            if term.kind == .segment { term.argument += 1 }
        }
    }

    /// Nearly the same test.
    @Test(arguments: [
        (LoweredAtom.Code.less, LoweredAtom.Code.lessOrEqual), (.lessOrEqual, .less),
        (.greater, .greaterOrEqual), (.greaterOrEqual, .greater), (.equal, .lessOrEqual),
        (.contains, .hasPrefix), (.hasPrefix, .equals), (.hasSuffix, .contains),
        (.underPath, .hasPrefix), (.underHost, .hasSuffix), (.equals, .hasPrefix),
    ])
    func anotherTest(_ code: LoweredAtom.Code, _ other: LoweredAtom.Code) throws {
        try expectFound(atoms: { atom in
            if atom.code == code { atom.code = other }
        })
    }

    /// The ends of blocks, sorted numbers, and the names of patterns.
    @Test func blocksEndEarly() throws {
        try expectFound(tables: { tables in
            for index in tables.intervals.indices
            where tables.intervals[index].first < tables.intervals[index].last {
                tables.intervals[index].last -= 1
            }
        })
    }

    @Test func aNameTakesTheRest() throws {
        try expectFound(tables: { tables in
            for index in tables.parts.indices where tables.parts[index].kind == .one {
                tables.parts[index].kind = .rest
            }
        })
    }

    @Test func keysOfTablesAreCut() throws {
        try expectFound(tables: { tables in
            for index in tables.lookups.indices { tables.lookups[index].terms.removeLast() }
        })
    }

    /// What was found comes down to the rule, the declarations that it needs and a short request.
    @Test(arguments: [LoweredTerm.Kind.cookie, .rawPath, .clientPort, .tlsALPN])
    func comesDownToLittle(_ kind: LoweredTerm.Kind) throws {
        let check: Disagreement.Check = { files, request, budget in
            guard let comparison = TreeComparison(files, budget) else { return nil }
            let tree = DecisionTree.build(comparison.program, budget: budget)
            var storage = tree.storage
            for index in storage.terms.indices where storage.terms[index].kind == kind {
                storage.terms[index].kind = .tlsClientVerified
            }
            let broken = DecisionTree(
                storage: storage, tables: tree.tables, names: tree.names,
                statistics: tree.statistics)
            return comparison.firstDisagreement([request], broken)
        }
        for seed in UInt64(0)..<60 {
            var sample = RuleSetSample(seed: seed)
            let files = sample.ruleFiles()
            guard let comparison = TreeComparison(files) else { continue }
            var requests = RequestSample(seed: seed, comparison.program)
            var found: Disagreement?
            for _ in 0..<20 where found == nil {
                found = check(files, requests.builder(), TreeBudget())
            }
            guard let small = found?.shrunk(check) else { continue }
            #expect(small.files.main.split(separator: "\n").count <= 4, "\(small.description)")
            #expect(small.files.main.utf8.count < 200, "\(small.description)")
            #expect(small.files.others.count <= 1, "\(small.description)")
            return
        }
        Issue.record("never found")
    }

    private func expectFound(
        terms: (inout LoweredTerm) -> Void = { _ in },
        atoms: (inout LoweredAtom) -> Void = { _ in },
        tables: (inout AtomTables) -> Void = { _ in }
    ) throws {
        for seed in UInt64(0)..<120 {
            var sample = RuleSetSample(seed: seed)
            guard let comparison = TreeComparison(sample.ruleFiles()) else { continue }
            let tree = DecisionTree.build(comparison.program)
            var storage = tree.storage
            for index in storage.terms.indices { terms(&storage.terms[index]) }
            for index in storage.atoms.indices { atoms(&storage.atoms[index]) }
            var changed = tree.tables
            tables(&changed)
            let broken = DecisionTree(
                storage: storage, tables: changed, names: tree.names, statistics: tree.statistics)
            var requests = RequestSample(seed: seed, comparison.program)
            let builders = (0..<60).map { _ in requests.builder() }
            if comparison.firstDisagreement(builders, broken) != nil { return }
        }
        Issue.record("never found")
    }
}
