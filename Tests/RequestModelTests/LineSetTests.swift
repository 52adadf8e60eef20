import Testing

@testable import RequestModel

@Suite struct LineSetTests {
    @Test(arguments: [0, 1, 2, 63, 64, 65, 66, 150])
    func membersAreThoseInsertedAndAllFromThe65thOn(count: Int) {
        var set = LineSet.none
        let inserted = [0, 1, 5, 62, 63, 64, 70, 149]
        for line in inserted { set.insert(line) }
        let expected = (0..<count).filter { $0 >= 64 || inserted.contains($0) }
        #expect(Array(set.members(of: count)) == expected)
        #expect(Array(LineSet.all.members(of: count)) == Array(0..<count))
        #expect(Array(LineSet.none.members(of: count)) == Array(0..<count).filter { $0 >= 64 })
    }
}
