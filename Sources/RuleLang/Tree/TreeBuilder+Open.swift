/// What the way to a list leaves to be verified.
extension TreeBuilder {
    /// A condition without the tests that the keys on the way say to be true.
    mutating func open(_ condition: UInt32, _ path: BuildPath) -> UInt32 {
        if path.keys.isEmpty { return condition }
        let node = lowering.expressions.nodes[Int(condition)]
        switch node.kind {
        case .no, .yes, .not: return condition
        case .atom:
            let atom = lowering.expressions.atoms[Int(node.first)]
            return path.keys.contains { says($0, atom) } ? ExpressionTable.yes : condition
        case .all, .any:
            let parts = Array(lowering.expressions.parts(of: condition))
            guard parts.count <= Self.mostOpenedParts else { return condition }
            let left = parts.map { open($0, path) }
            if left == parts { return condition }
            return node.kind == .all
                ? lowering.expressions.all(left) : lowering.expressions.any(left)
        }
    }

    /// A longer condition stays as it is: one of a thousand alternatives, found by a thousand keys,
    /// would be stored a thousand times.
    private static var mostOpenedParts: Int { 32 }

    /// Whether the test is true of every request with the key.
    private func says(_ key: CoverKey, _ atom: LoweredAtom) -> Bool {
        let dimension = covers.dimensions[Int(key.dimension)]
        guard dimension.term == atom.term else { return false }
        let isOperand = key.text == LiteralText(offset: atom.offset, length: atom.length)
        switch atom.code {
        case .equals: return key.extent == .whole && isOperand
        case .inStrings:
            return key.extent == .whole
                && lowering.stringSets[Int(atom.offset)].contains(
                    Array(lowering.literals.bytes(key.text)))
        case .hasPrefix: return dimension.kind == .prefix && key.extent == .part && isOperand
        case .hasSuffix: return dimension.kind == .suffix && key.extent == .part && isOperand
        case .underPath: return dimension.kind == .prefix && key.extent == .under && isOperand
        case .underHost: return dimension.kind == .suffix && key.extent == .under && isOperand
        default: return false
        }
    }
}
