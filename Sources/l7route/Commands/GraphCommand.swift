internal import ArgumentParser
internal import RuleLang
internal import Sockets

enum GraphFormat: String, ExpressibleByArgument, CaseIterable { case svg, dot, mermaid }

struct GraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw the decision tree that the rules became.",
        discussion: """
            Boxes ask for a value of the request, arrows are its keys, dashed arrows lead to the \
            rules that have no key there, and green boxes are rules that are verified in file \
            order. A large tree is drawn in part: what is left out is counted.

            EXAMPLES
              l7route graph shop.l7 -o shop.svg
              l7route graph shop.l7 --format mermaid           # for a page of Markdown
              l7route graph shop.l7 --format dot | dot -Tpdf -o shop.pdf
              l7route graph shop.l7 --table internal --max-nodes 200 -o internal.svg

            EXIT CODES
              0 drawn, 1 the file has errors, 2 the command could not run
            """)

    @OptionGroup var input: FileArgument

    @Option(help: "svg, dot (Graphviz) or mermaid.")
    var format = GraphFormat.svg

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to write; standard output without it.", valueName: "path"))
    var output: String?

    @Option(help: ArgumentHelp("The rules of this name, not the main ones.", valueName: "name"))
    var table: String?

    @Option(
        name: .customLong("max-nodes"),
        help: ArgumentHelp("About how many boxes to draw.", valueName: "count"))
    var limit = 60

    func validate() throws {
        guard (1...10_000).contains(limit) else {
            throw ValidationError("--max-nodes is between 1 and 10000")
        }
    }

    func run() throws {
        let findings = Findings(path: input.file, depth: .errors)
        var options = OutputOptions()
        options.format = .text
        options.color = .auto
        try finish(findings, options, input.file)
        guard let program = findings.compilation.program else { return }
        let id = try chosenTable(program)
        let tree = DecisionTree.build(program)
        guard let graph = TreeGraph(tree, program, id, limit: limit) else {
            throw failUsage("no listener and no test uses the rules \(table ?? "")")
        }
        let text =
            switch format {
            case .svg: graph.svg
            case .dot: graph.dot
            case .mermaid: graph.mermaid
            }
        guard let output else { return Terminal.write(text) }
        if let error = Files.write(output, Array(text.utf8)) {
            throw failUsage("\(output): \(error.text)")
        }
    }

    private func chosenTable(_ program: Program) throws -> RuleTableID {
        guard let table else { return Program.mainTable }
        let found = program.ruleTables.indices.first { program.ruleTables[$0].name == table }
        guard let found else {
            throw failUsage("there are no rules named \(table)")
        }
        return RuleTableID(found)
    }
}
