import Glibc
import Sockets
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ThreadTests {
    @Test func threadRunsOnceAndIsNamed() throws {
        let found = Mutex<[String]>([])
        let box = Shared(found)
        let thread = try #require(
            Thread.start(name: "a-name-longer-than-fits") {
                let name = (try? Files.read("/proc/thread-self/comm", limit: 64).get()) ?? []
                box.value.withLock { $0.append(String(decoding: name, as: UTF8.self)) }
            })
        thread.join()
        thread.join()
        #expect(box.value.withLock { $0 } == ["a-name-longer-t\n"])
    }

    @Test func mailboxWakesAWaitingThread() throws {
        let requests = try Mailbox<Int>()
        let answers = try Mailbox<[Int]>()
        let thread = try #require(
            Thread.start(name: "worker") {
                guard var io = try? EpollIO() else { return }
                _ = io.adopt(requests, token: 5)
                var got: [Int] = []
                var batch: [Int] = []
                while got.count < 1000, (try? io.await(5) { $0.isReadable }) != nil {
                    requests.drain(into: &batch)
                    got += batch
                }
                answers.post(got)
            })
        var io = try EpollIO()
        #expect(io.adopt(answers, token: 6) == nil)
        for number in 0..<1000 { requests.post(number) }
        _ = try io.await(6) { $0.isReadable }
        var heard: [[Int]] = [[-1]]
        answers.drain(into: &heard)
        thread.join()
        #expect(heard == [Array(0..<1000)])
        // Drained: nothing wakes any more.
        var events: [ReadyEvent] = []
        io.wait(into: &events, timeoutMilliseconds: 0)
        #expect(events.isEmpty)
    }

    @Test func ringNeverTearsALine() throws {
        var output: [UInt8] = []
        try copyThroughRing { ring in
            let count = ring.read(into: &output)
            if count > 0 { #expect(output.last == UInt8(ascii: "\n")) }
            return count
        } read: {
            output
        }
    }

    /// Pieces of lines follow each other wherever the ring has cut them.
    @Test func ringGoesToAFileWhileItIsWritten() throws {
        let scratch = try Scratch()
        let file = try Files.openAppend(scratch.file("log")).get()
        defer { Files.close(file) }
        try copyThroughRing { ring in
            try ring.write(to: file).get().count
        } read: {
            try Files.read(scratch.file("log"), limit: 1 << 22).get()
        }
    }

    /// One thread writes numbered lines into a ring; `take` reads of it until all is over.
    private func copyThroughRing(
        take: (ByteRing) throws -> Int, read: () throws -> [UInt8]
    ) throws {
        let ring = ByteRing(capacity: 256)
        let total = 20_000
        let written = Shared(Atomic<Int>(0))
        let isDone = Shared(Atomic<Bool>(false))
        let writer = try #require(
            Thread.start(name: "writer") {
                for number in 0..<total {
                    // Lengths that are no divisor of the capacity, so lines wrap everywhere.
                    let text = "\(number) " + String(repeating: "x", count: number % 40) + "\n"
                    if ring.write(line: Array(text.utf8)) {
                        written.value.wrappingAdd(1, ordering: .relaxed)
                    }
                }
                isDone.value.store(true, ordering: .releasing)
            })
        while true {
            let wasDone = isDone.value.load(ordering: .acquiring)
            let count = try take(ring)
            if wasDone && count == 0 { break }
        }
        writer.join()
        let lines = try read().split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == written.value.load(ordering: .relaxed))
        #expect(lines.count + Int(ring.lost) == total)
        var last = -1
        for line in lines {
            let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            let number = Int(String(decoding: words[0], as: UTF8.self)) ?? -1
            #expect(number > last)
            #expect(words[1] == ArraySlice(repeating: UInt8(ascii: "x"), count: number % 40))
            last = number
        }
    }

    @Test func fullRingLosesWholeLines() {
        let ring = ByteRing(capacity: 8)
        #expect(ring.write(line: [1, 2, 3, 4, 5]))
        #expect(!ring.write(line: [6, 7, 8, 9]))
        #expect(ring.write(line: [6, 7, 8]))
        #expect(!ring.write(line: [9]))
        #expect(ring.lost == 2)
        var output: [UInt8] = [0]
        #expect(ring.read(into: &output) == 8)
        #expect(output == [0, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(ring.read(into: &output) == 0)
        #expect(!ring.write(line: [UInt8](repeating: 1, count: 9)))
    }

    /// Several lines at once are lost one by one: what finds room is kept.
    @Test func fullRingKeepsTheLinesThatFit() {
        let ring = ByteRing(capacity: 16)
        #expect(ring.write(line: Array("one\ntwo\n".utf8)))
        #expect(!ring.write(line: Array("three\nseventeen\n4\nfive\n".utf8)))
        #expect(ring.lost == 2)
        var output: [UInt8] = []
        ring.read(into: &output)
        #expect(output == Array("one\ntwo\nthree\n4\n".utf8))
        #expect(ring.write(line: []))
        #expect(ring.waiting == 0 && ring.lost == 2)
    }

    @Test func ringIsWrittenToAFileFromWhereItIs() throws {
        let scratch = try Scratch()
        let file = try Files.openAppend(scratch.file("log")).get()
        defer { Files.close(file) }
        let ring = ByteRing(capacity: 16)
        var expected: [UInt8] = []
        for number in 0..<20 {
            let line = [UInt8](repeating: 0x61 + UInt8(number), count: 4 + number % 7) + [0x0a]
            #expect(ring.write(line: line))
            expected += line
            // An empty ring begins anew: no line reaches over its end.
            #expect(try ring.write(to: file).get() == (line.count, 0))
            #expect(ring.waiting == 0)
        }
        #expect(try Files.read(scratch.file("log"), limit: 1 << 12).get() == expected)
        #expect(try ring.write(to: file).get() == (0, 0))
    }

    @Test func ringThatCannotBeWrittenIsThrownAway() throws {
        let full = try Files.openAppend("/dev/full").get()
        defer { Files.close(full) }
        let ring = ByteRing(capacity: 64)
        #expect(ring.write(line: Array("one\n".utf8)))
        #expect(ring.write(line: Array("two\n".utf8)))
        guard case .failure = ring.write(to: full) else {
            Issue.record("/dev/full takes no byte")
            return
        }
        #expect(ring.waiting == 8)
        #expect(ring.discard() == 2)
        #expect(ring.waiting == 0)
    }

    @Test func readerTellsSignalsApartAndWakes() throws {
        let answers = try Mailbox<[Signal?]>()
        // On a thread of its own: a signal sent to a thread touches no other test.
        let thread = try #require(
            Thread.start(name: "signals") {
                Signals.block(Signal.allCases)
                guard let reader = try? SignalReader([.hangup, .user1, .terminate]) else { return }
                var seen: [Signal?] = [reader.next(timeoutMilliseconds: 0)]
                for number in [SIGHUP, SIGTERM, SIGUSR1] {
                    pthread_kill(pthread_self(), number)
                    seen.append(reader.next())
                }
                let waker = Thread.start(name: "waker") { reader.wake() }
                seen.append(reader.next())
                waker?.join()
                answers.post(seen)
            })
        thread.join()
        var heard: [[Signal?]] = []
        answers.drain(into: &heard)
        #expect(heard == [[nil, .hangup, .terminate, .user1, nil]])
    }
}

/// Lends a noncopyable value to a thread.
private final class Shared<Value: ~Copyable & Sendable>: Sendable {
    let value: Value

    init(_ value: consuming Value) {
        self.value = value
    }
}

extension ByteRing {
    fileprivate func write(line: [UInt8]) -> Bool {
        var buffer = ByteBuffer()
        buffer.append(all: line)
        return write(buffer)
    }
}
