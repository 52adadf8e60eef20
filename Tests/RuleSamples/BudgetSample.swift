package import RuleLang

extension TreeBudget {
    /// The usual budget for most seeds; for the others one of its limits has hardly any room, or
    /// several have, so that the lists which stand in are compared too.
    package init(seed: UInt64) {
        self.init()
        var random = SplitMix(~seed)
        guard random.chance(2) else { return }
        for _ in 0..<random.between(1...2) {
            switch random.between(0...6) {
            case 0: depth = random.between(0...3)
            case 1:
                nodesPerRule = random.between(0...1)
                minimumNodes = random.between(0...12)
            case 2:
                bytesPerRule = random.between(0...40)
                minimumBytes = random.between(0...3_000)
            case 3:
                copiesPerRule = random.between(0...1)
                minimumCopies = random.between(0...8)
            case 4:
                workPerRule = random.between(0...2)
                minimumWork = random.between(0...300)
            case 5: listLength = random.between(1...3)
            default: listLength = random.pick([20, 60])
            }
        }
    }
}
