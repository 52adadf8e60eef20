internal import ArgumentParser
internal import Foundation
internal import Patterns
internal import RequestModel
internal import RuleLang
internal import Sockets

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say which rule decides a request, and why.",
        discussion: """
            The deciding rule with its file and line, captures, draws, what is forwarded or \
            answered; \
            for each earlier rule its first false condition; the nodes of the decision tree that \
            were \
            visited, by which keys, and the rules that were verified there. That the tree decides \
            as \
            the rules in order do is checked.

            EXAMPLES
              l7route explain shop.l7 GET /api/items -H 'Cookie: beta=1'
              l7route explain shop.l7 GET https://admin.example.com/ --from 10.0.0.7
              l7route explain shop.l7 POST /orders --listener ops --json

            EXIT CODES
              0 explained, 2 could not run
            """)

    @OptionGroup var input: FileArgument

    @Argument(help: "The method, such as GET.")
    var method: String

    @Argument(help: "A path, or an absolute http or https URL.")
    var url: String

    @Option(name: [.customShort("H"), .long], help: "A header field, 'Name: value'; repeatable.")
    var header: [String] = []

    @Option(help: "The client's address.")
    var from: String?

    @Option(help: "The other end of the connection, when it is a proxy.")
    var peer: String?

    @Option(help: "The listener that the request arrives at; the first one by default.")
    var listener: String?

    @Option(help: "The HTTP version: 1.0, 1.1 or 2.")
    var http = "1.1"

    @Option(help: "The time of the request, RFC 3339; now by default.")
    var at: String?

    @Flag(help: "JSON instead of text.")
    var json = false

    @Option(help: "auto, always or never; NO_COLOR turns colours off.")
    var color = ColourChoice.auto

    func run() throws {
        let program = try compileOrExit(input.file, colour: color)
        let listenerID = try listenerID(program)
        let facts = try facts()
        let built = program.view(
            method: method, target: Array(url.utf8), headers: try headers(), facts: facts,
            listener: listenerID)
        switch built {
        case .failure(let refusal): report(refusal)
        case .success(let view):
            let limits = MatchLimits(steps: UInt32(program.settings.limits.regexSteps))
            let evaluator = NaiveEvaluator(program, scratch: PatternScratch(limits: limits))
            let table =
                listenerID.map { program.listeners[$0].table } ?? program.listeners.first?.table
                ?? Program.mainTable
            var explanation = evaluator.explain(
                table, view, random: { UInt64.random(in: 0...UInt64.max) })
            explanation.story = try story(program, table, view, explanation.decision)
            let text =
                json ? explanation.json(program).rendered + "\n" : explanation.text(program)
            Terminal.write(text)
        }
    }

    /// What serves must say what is explained.
    private func story(
        _ program: Program, _ table: RuleTableID, _ view: RequestView, _ decision: Decision
    ) throws -> TreeStory {
        let limits = MatchLimits(steps: UInt32(program.settings.limits.regexSteps))
        let story = TreeStory(
            DecisionTree.build(program), program, table, view, PatternScratch(limits: limits))
        guard story.decision == decision else {
            throw failUsage(
                "the decision tree and the rules in order disagree about this request: this is a "
                    + "bug of l7route, please report the file and the request")
        }
        return story
    }

    private func report(_ refusal: Refusal) {
        if json {
            Terminal.write(
                JSONValue.object([
                    ("decision", .string("refused")), ("status", .number(Int(refusal.status))),
                    ("reason", .string(refusal.reason.rawValue)),
                ]).rendered + "\n")
        } else {
            Terminal.write(
                "refused before any rule: \(refusal.status) \(refusal.reason.rawValue)\n")
        }
    }

    private func listenerID(_ program: Program) throws -> ListenerID? {
        guard let listener else { return nil }
        guard let index = program.listeners.firstIndex(where: { $0.name == listener }) else {
            let names = program.listeners.map(\.name).joined(separator: ", ")
            throw failUsage("there is no listener `\(listener)` (there is: \(names))")
        }
        return ListenerID(index)
    }

    private func headers() throws -> [(name: [UInt8], value: [UInt8])] {
        try header.map { text in
            guard let colon = text.firstIndex(of: ":") else {
                throw failUsage("`\(text)` is not a header field: write 'Name: value'")
            }
            let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (Array(text[..<colon].utf8), Array(value.utf8))
        }
    }

    private func facts() throws -> Facts {
        var facts = Facts()
        facts.from = try from.map { try address($0) }
        facts.peer = try peer.map { try address($0) }
        let versions: [String: HTTPVersion] = ["1.0": .http10, "1.1": .http11, "2": .http2]
        guard let version = versions[http] else {
            throw failUsage("there is no HTTP version `\(http)`: use 1.0, 1.1 or 2")
        }
        facts.version = version
        if let at {
            guard let time = rfc3339Milliseconds(at) else {
                throw failUsage("`\(at)` is not a time: write 2026-11-27T00:00:00Z")
            }
            facts.now = time
        } else {
            facts.now = Clocks.wallMilliseconds()
        }
        return facts
    }

    private func address(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(parsing: text.utf8) else {
            throw failUsage("`\(text)` is not an address")
        }
        return address
    }
}
