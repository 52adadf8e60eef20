import Sockets
import TestSupport
import Testing

/// The obvious timers: for each id a deadline, and the tick at which it must have fired.
private struct NaiveTimers {
    struct Timer {
        var deadline: UInt64
        var lastTick: UInt64
    }

    let tick: UInt64
    var now: UInt64
    var timers: [Int: Timer] = [:]

    mutating func arm(_ id: Int, _ deadline: UInt64) {
        let rounded = deadline / tick + (deadline % tick == 0 ? 0 : 1)
        // Armed for the past: the next tick is the first that can come.
        timers[id] = Timer(deadline: deadline, lastTick: max(rounded, now / tick + 1))
    }

    var mayFire: Set<Int> { Set(timers.filter { $0.value.deadline <= now }.keys) }
    var mustFire: Set<Int> { Set(timers.filter { $0.value.lastTick <= now / tick }.keys) }
    var next: UInt64? { timers.values.map { $0.lastTick * tick }.min() }
}

@Suite struct TimerWheelTests {
    @Test(
        arguments: [
            (1, 64, 1), (2, 64, 16), (3, 512, 16), (4, 128, 5), (5, 64, 100), (6, 512, 1),
        ] as [(UInt64, Int, Int)])
    func agreesWithNaiveTimers(_ seed: UInt64, _ slots: Int, _ tick: Int) {
        var random = SeededGenerator(seed: seed)
        var wheel = TimerWheel(slots: slots, tickMilliseconds: tick)
        var naive = NaiveTimers(
            tick: UInt64(tick), now: .random(in: 0...10_000_000_000, using: &random))
        var expired = [99]
        wheel.advance(to: naive.now, expired: &expired)
        #expect(expired.isEmpty)
        let turn = UInt64(slots * tick)
        var fired = 0
        for _ in 0..<20_000 {
            let id = Int.random(in: 0..<40, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                // Mostly within a turn, sometimes far beyond it, sometimes past already.
                let span = Bool.random(using: &random) ? turn / 4 : turn * 5
                let past = min(naive.now, UInt64(tick))
                let deadline = naive.now - past + .random(in: 0...span, using: &random)
                wheel.arm(id, deadline: deadline)
                naive.arm(id, deadline)
            case 5:
                wheel.disarm(id)
                naive.timers[id] = nil
            default:
                let isJump = Int.random(in: 0..<50, using: &random) == 0
                naive.now += .random(in: 0...(isJump ? turn * 3 : turn / 16), using: &random)
                wheel.advance(to: naive.now, expired: &expired)
                let got = Set(expired)
                #expect(got.count == expired.count)
                #expect(got.isSubset(of: naive.mayFire))
                #expect(got.isSuperset(of: naive.mustFire))
                for id in got { naive.timers[id] = nil }
                fired += got.count
            }
            expectUsefulNext(wheel, naive)
        }
        #expect(fired > 1000)
    }

    private func expectUsefulNext(_ wheel: borrowing TimerWheel, _ naive: NaiveTimers) {
        let next = wheel.nextDeadlineMilliseconds
        // Early is allowed, the past is not; late only as far as the tick.
        if let next { #expect(next > naive.now) }
        if let needed = naive.next { #expect(next.map { $0 <= needed } ?? false) }
    }

    @Test func sleepingUntilNextFiresWithinOneTick() {
        var wheel = TimerWheel()
        var expired: [Int] = []
        wheel.advance(to: 1_000_000, expired: &expired)
        wheel.arm(3, deadline: 1_000_100)
        wheel.arm(3, deadline: 1_060_001)
        var wakeUps = 0
        while expired.isEmpty, let next = wheel.nextDeadlineMilliseconds, wakeUps < 100 {
            wheel.advance(to: next, expired: &expired)
            wakeUps += 1
            if !expired.isEmpty { #expect((1_060_001..<1_060_017).contains(next)) }
        }
        #expect(expired == [3])
        // Once for the first deadline, then once a turn of 8.2 s, then at the end.
        #expect(wakeUps < 12)
        #expect(wheel.nextDeadlineMilliseconds == nil)
    }

    @Test(arguments: [(1_000_100, 1_000_112), (1_000_112, 1_000_112), (1_000_113, 1_000_128)])
    func aTimerOfThisTurnNeedsOneWakeUp(_ deadline: UInt64, _ wakeUp: UInt64) {
        var wheel = TimerWheel()
        var expired: [Int] = []
        wheel.advance(to: 1_000_000, expired: &expired)
        wheel.arm(0, deadline: deadline)
        #expect(wheel.nextDeadlineMilliseconds == wakeUp)
        wheel.advance(to: wakeUp, expired: &expired)
        #expect(expired == [0])
    }
}
