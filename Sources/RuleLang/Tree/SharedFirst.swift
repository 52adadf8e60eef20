/// A numbering of conditions with the shared ones first: an evaluator remembers only these, and
/// does so in an array as long as there are shared conditions.
struct SharedFirst {
    private(set) var nodes: [LoweredNode] = []
    private(set) var children: [UInt32]
    /// How many are shared.
    let sharedCount: Int
    private var newNumbers: [UInt32]

    init(_ expressions: ExpressionTable) {
        let old = expressions.nodes
        let order =
            old.indices.filter { old[$0].isShared } + old.indices.filter { !old[$0].isShared }
        var numbers = [UInt32](repeating: absent, count: old.count)
        for (number, index) in order.enumerated() { numbers[index] = UInt32(number) }
        newNumbers = numbers
        sharedCount = old.count { $0.isShared }
        children = expressions.children.map { numbers[Int($0)] }
        nodes = order.map { index in
            var node = old[index]
            if node.kind == .not { node.first = numbers[Int(node.first)] }
            return node
        }
    }

    func newNumber(_ node: UInt32) -> UInt32 { newNumbers[Int(node)] }
}
