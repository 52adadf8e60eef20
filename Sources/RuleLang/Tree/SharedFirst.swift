/// A numbering of conditions with the shared ones first: an evaluator remembers only these, and
/// does so in an array as long as there are shared conditions.
struct SharedFirst {
    private(set) var nodes: [LoweredNode]
    let children: [UInt32]
    /// How many are shared.
    let sharedCount: Int
    private let newNumbers: [UInt32]

    init(_ expressions: ExpressionTable) {
        let old = expressions.nodes
        let sharedCount = old.count { $0.isShared }
        var shared: UInt32 = 0
        var other = UInt32(sharedCount)
        let numbers = old.map { node in
            let number = node.isShared ? shared : other
            if node.isShared { shared += 1 } else { other += 1 }
            return number
        }
        nodes = old
        for (node, number) in zip(old, numbers) {
            var node = node
            if node.kind == .not { node.first = numbers[Int(node.first)] }
            nodes[Int(number)] = node
        }
        children = expressions.children.map { numbers[Int($0)] }
        self.sharedCount = sharedCount
        newNumbers = numbers
    }

    func newNumber(_ node: UInt32) -> UInt32 { newNumbers[Int(node)] }
}
