import Foundation
import RequestModel
import RuleSamples
import Testing

@testable import RuleLang

/// Disagreements that were found once, and near misses: `Fixtures/disagreements`.
@Suite struct TreeFixtureTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fixtures/disagreements").standardized
    private static let names: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".txt") }.sorted()

    @Test(arguments: names)
    func isDecidedAlike(_ name: String) throws {
        let url = Self.folder.appendingPathComponent(name)
        let text = try String(contentsOf: url, encoding: .utf8)
        let fixture = try #require(TreeFixture(text))
        let comparison = try #require(TreeComparison(fixture.files, fixture.budget))
        var decisions: [Decision] = []
        let found = comparison.firstDisagreement([fixture.request]) { decisions.append($0) }
        #expect(found == nil, "\(found?.description ?? "")")
        // A request that is refused shows nothing.
        #expect(decisions.count == comparison.tables.count)
    }

    @Test func thereAreSome() { #expect(Self.names.count >= 4) }

    /// What is written is read again: files, request, budget.
    @Test func textRoundTrips() throws {
        for seed in UInt64(0)..<60 {
            var sample = RuleSetSample(seed: seed)
            let files = sample.ruleFiles()
            let budget = TreeBudget(seed: seed)
            let comparison = try #require(TreeComparison(files, budget))
            var requests = RequestSample(seed: seed, comparison.program)
            for _ in 0..<5 {
                let written = TreeFixture(files: files, request: requests.builder(), budget: budget)
                let read = try #require(TreeFixture(written.text))
                #expect(read.files == files)
                #expect(read.budget == budget)
                #expect(read.text == written.text)
                let views = [written, read].map { comparison.program.bytes(of: $0.request) }
                #expect(views[0] == views[1])
            }
        }
    }
}

extension Program {
    /// The whole view, as text.
    fileprivate func bytes(of request: RequestBuilder) -> String {
        "\(request.build(headerNames: headers))"
    }
}
