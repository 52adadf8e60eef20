import RequestModel
import Testing

@testable import RuleLang

@Suite struct StickyTests {
    private static let key = SipHash(key0: 1, key1: 2)
    /// 2026-11-23T00:00:00Z
    private static let start: Int64 = 1_795_392_000_000

    private struct Answer {
        var arm: String
        /// The whole `Set-Cookie` value.
        var line: String?
        var cookie: String? { line.map { String($0.prefix { $0 != ";" }) } }
    }

    private func ask(
        _ arms: String, cookie: String? = nil, key: SipHash = Self.key, lifetime: String = "",
        minutes: Int64 = 0, random: UInt64 = 7, https: Bool = false
    ) throws -> Answer {
        let text =
            "pool a { server 10.0.0.1:80 }\npool b { server 10.0.0.2:80 }\n"
            + "split s sticky cookie arm \(lifetime) { \(arms) }\nelse -> split s\n"
        let program = try #require(compile("s", loader: OneFile(text: text)).program)
        var builder = RequestBuilder()
        builder.now = Self.start + minutes * 60_000
        if let cookie { builder.headers = [(Array("Cookie".utf8), Array(cookie.utf8))] }
        if https { builder.target = Array("https://x/".utf8) }
        let view = try builder.build(headerNames: program.headers).get()
        let evaluator = NaiveEvaluator(program)
        let plan = Planner(evaluator, stickyKey: key).plan(
            evaluator.decide(Program.mainTable, view), view, random: { random })
        let draw = try #require(plan.draws.first)
        let edits = plan.responseEdits.map { String(decoding: $0.value, as: UTF8.self) }
        #expect(edits.count <= 1)
        return Answer(arm: program.splits[0].arms[draw.arm].identity, line: edits.first)
    }

    @Test func whoComesBackStays() throws {
        for visitor in 0..<200 as Range<UInt64> {
            let first = try ask("30% -> pool a; rest -> pool b", random: visitor)
            let cookie = try #require(first.cookie)
            // Another draw would be possible, another share too: the cookie remembers.
            let again = try ask(
                "1% -> pool a; rest -> pool b", cookie: "x=1; \(cookie)", random: visitor + 1)
            #expect(again.arm == first.arm && again.line == nil)
        }
    }

    @Test func flagsAndLifetime() throws {
        let session = try #require(try ask("50% -> pool a; rest -> pool b").line)
        #expect(session.hasPrefix("arm=1."))
        #expect(session.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
        let lasting = try #require(
            try ask("50% -> pool a; rest -> pool b", lifetime: "for 30d", https: true).line)
        #expect(lasting.hasSuffix("; SameSite=Lax; Max-Age=2592000; Secure"))
    }

    @Test func aCookieIsRenewedAndEnds() throws {
        let arms = "50% -> pool a; rest -> pool b"
        let first = try ask(arms, lifetime: "for 10m")
        let cookie = try #require(first.cookie)
        #expect(try ask(arms, cookie: cookie, lifetime: "for 10m", minutes: 4).line == nil)
        let renewed = try ask(arms, cookie: cookie, lifetime: "for 10m", minutes: 6)
        #expect(renewed.arm == first.arm && renewed.cookie != cookie && renewed.line != nil)
        // Over: the visitor draws again, by his number.
        let late = try ask(arms, cookie: cookie, lifetime: "for 10m", minutes: 60)
        #expect(late.arm == first.arm && late.line != nil)
        // A cookie of the future is no cookie for ever.
        let future = try ask(arms, cookie: cookie, lifetime: "for 10m", minutes: -60)
        #expect(future.line != nil)
    }

    /// A forged arm is not believed; the visitor's number is, since any other would do as well.
    @Test func aForgedArmIsNotBelieved() throws {
        for visitor in 0..<100 as Range<UInt64> {
            let first = try ask("50% -> pool a; rest -> pool b", random: visitor)
            let other = try ask("100% -> pool \(first.arm == "a" ? "b" : "a")", random: visitor)
            let mine = try #require(first.cookie).split(separator: ".")
            let theirs = try #require(other.cookie).split(separator: ".")
            let forged = [mine[0], theirs[1], mine[2], mine[3], mine[4]].joined(separator: ".")
            let answer = try ask("50% -> pool a; rest -> pool b", cookie: forged, random: 99)
            #expect(answer.arm == first.arm && answer.line != nil)
        }
    }

    /// After a restart with another key a visitor draws the same arm.
    @Test func anotherKeyKeepsTheDraw() throws {
        for visitor in 0..<100 as Range<UInt64> {
            let first = try ask("20% -> pool a; rest -> pool b", random: visitor)
            let again = try ask(
                "20% -> pool a; rest -> pool b", cookie: first.cookie,
                key: SipHash(key0: 8, key1: 9), random: visitor &+ 1_000)
            #expect(again.arm == first.arm && again.line != nil)
        }
    }

    @Test func anArmWithoutAShareIsLeft() throws {
        let first = try ask("100% -> pool a; 0% -> pool b")
        #expect(first.arm == "a")
        let moved = try ask("0% -> pool a; rest -> pool b", cookie: first.cookie)
        #expect(moved.arm == "b" && moved.line != nil)
        let gone = try ask("rest -> pool b", cookie: first.cookie)
        #expect(gone.arm == "b" && gone.line != nil)
    }

    @Test(arguments: [
        "", "1", "1.2.3.4.5", "2.00000000.0000000000000000.00000000.0000000000000000",
        "1.0000000g.0000000000000000.00000000.0000000000000000",
        "1.00000000.0000000000000000.00000000.00000000000000000", "....", "é",
    ])
    func nonsenseIsNoCookie(_ value: String) throws {
        let answer = try ask("rest -> pool b", cookie: "arm=\(value)")
        #expect(answer.arm == "b" && answer.line != nil)
    }
}
