import Testing

@testable import RuleLang

@Suite struct SplitTests {
    private func split(_ arms: String) throws -> Split {
        let text = """
            pool a { server 10.0.0.1:80 }
            pool b { server 10.0.0.2:80 }
            pool c { server 10.0.0.3:80 }
            pool d { server 10.0.0.4:80 }
            pool r { server 10.0.0.5:80 }
            split s by cookie.uid { \(arms) }
            else -> split s

            """
        let program = try #require(compile("s", loader: OneFile(text: text)).program)
        return program.splits[0]
    }

    private func draw(_ split: Split, _ key: String) -> String {
        split.arms[SplitDraw.arm(of: split, key: Array(key.utf8))].identity
    }

    /// A change here moves every user of every installation.
    @Test func golden() {
        let keys = ["", "1", "alice", "bob", "user-123456", "192.0.2.1"]
        let positions = keys.map { SplitDraw.position(Array("canary".utf8) + [0] + Array($0.utf8)) }
        #expect(positions == [4_177, 6_617, 533, 5_733, 8_871, 7_086])
    }

    @Test func goldenRendezvous() throws {
        let split = try split("10% -> pool a; 20% -> pool b; 30% -> pool c; rest -> pool r")
        let drawn = ["1", "2", "3", "4", "5", "6", "7", "8"].map { draw(split, $0) }
        #expect(drawn == ["r", "r", "r", "r", "a", "r", "c", "c"])
    }

    /// Raising a share moves users only out of `rest` into that arm: a million of them.
    @Test(arguments: ["pool b; rest -> pool r", "pool b; 7% -> pool c; rest -> pool r"])
    func rampsAreMonotone(_ tail: String) throws {
        let ramp = ["0%", "1%", "5%", "25.5%", "50%", "93%"]
        let splits = try ramp.map { try split("\($0) -> \(tail)") }
        var moves = 0
        for key in 0..<1_000_000 {
            let position = SplitDraw.position(splits[0].salt + [0] + Array("user-\(key)".utf8))
            var before = SplitDraw.interval(splits[0], position: position)
            for split in splits.dropFirst() {
                let after = SplitDraw.interval(split, position: position)
                if before != after {
                    moves += 1
                    let isRamp =
                        split.arms[before].identity == "r" && split.arms[after].identity == "b"
                    if !isRamp { Issue.record("user-\(key): \(before) to \(after)") }
                }
                before = after
            }
        }
        // Nobody moves twice, and 93 % move once.
        #expect(abs(moves - 930_000) < 1_500)
    }

    /// Shares hold within three standard deviations, `0%` is never drawn.
    @Test(arguments: [
        ("5% -> pool a; rest -> pool r", ["a": 0.05, "r": 0.95]),
        ("100% -> pool a; 0% -> pool b", ["a": 1, "b": 0]),
        ("50% -> pool a; 30% -> pool b; 20% -> pool c", ["a": 0.5, "b": 0.3, "c": 0.2]),
        (
            "10% -> pool a; 20% -> pool b; 30% -> pool c; 0% -> pool d; rest -> pool r",
            ["a": 0.1, "b": 0.2, "c": 0.3, "d": 0, "r": 0.4]
        ),
    ])
    func shares(_ arms: String, _ expected: [String: Double]) throws {
        let split = try split(arms)
        let count = 40_000.0
        var drawn: [String: Double] = [:]
        for key in 0..<Int(count) { drawn[draw(split, "k\(key)"), default: 0] += 1 }
        for (arm, share) in expected {
            let deviation = (count * share * (1 - share)).squareRoot()
            #expect(abs((drawn[arm] ?? 0) - count * share) <= 3 * deviation, "\(arm): \(drawn)")
        }
    }

    @Test func logarithm() {
        #expect(SplitDraw.negativeLog2(.max) == 0)
        #expect(SplitDraw.negativeLog2((1 << 63) - 1) == 1 << 32)
        #expect(SplitDraw.negativeLog2(0) == 64 << 32)
    }
}
