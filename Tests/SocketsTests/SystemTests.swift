import Glibc
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct SystemTests {
    @Test(arguments: [
        (SystemError.addressInUse, "address already in use"),
        (.tooManyFiles, "too many open files"),
        (.connectionRefused, "connection refused"),
        (SystemError(code: EIO), "input/output error"),
        (SystemError(code: ESRMNT), "srmount error"),
        (SystemError(code: ERFKILL), "operation not possible due to RF-kill"),
        (SystemError(code: 9999), "error 9999"),
    ])
    func describesErrors(_ error: SystemError, _ text: String) {
        #expect(error.text == text)
    }

    @Test func globIsInByteOrder() throws {
        let scratch = try Scratch()
        // By Unicode rules or by a locale some of these would change places.
        let names = ["B", "a", "a-b", "a.b", "aB", "ab", "e\u{301}", "z", "\u{e9}", "\u{1F600}"]
        for name in names.reversed() { #expect(Files.write(scratch.file(name), []) == nil) }
        #expect(Files.glob(scratch.file("*")) == names.map(scratch.file))
        #expect(Files.glob(scratch.file("a[.-]?")) == ["a-b", "a.b"].map(scratch.file))
        #expect(Files.glob(scratch.file("none*")).isEmpty)
    }

    @Test func writesAtomically() throws {
        let scratch = try Scratch()
        let path = scratch.file("f")
        #expect(Files.identity(path) == nil)
        #expect(Files.write(path, [1, 2, 3]) == nil)
        #expect(scratch.mode("f") == 0o644)
        let first = Files.identity(path)
        _ = unsafe chmod(path, 0o600)
        // A reader that holds the old file goes on with the old bytes.
        let held = try #require(fopen(path))
        let large = [UInt8](repeating: 9, count: 200_000)
        #expect(Files.write(path, large) == nil)
        #expect(Files.readAll(held) == .success([1, 2, 3]))
        Files.close(held)
        #expect(Files.read(path, limit: large.count) == .success(large))
        #expect(Files.identity(path) != first)
        #expect(scratch.mode("f") == 0o600)
        #expect(Files.glob(scratch.file("*")) == [path])
        #expect(Files.write(scratch.file("no/f"), [1]) == .noSuchFile)
    }

    @Test func failedWriteLeavesNothingBehind() throws {
        let scratch = try Scratch()
        let folder = scratch.file("d")
        _ = unsafe mkdir(folder, 0o700)
        #expect(Files.write(folder, [1]) != nil)
        #expect(Files.glob(scratch.file("*")) == [folder])
        _ = unsafe rmdir(folder)
    }

    @Test func readsWithinTheLimit() throws {
        let scratch = try Scratch()
        let path = scratch.file("f")
        #expect(Files.write(path, [1, 2, 3]) == nil)
        #expect(Files.read(path, limit: 3) == .success([1, 2, 3]))
        #expect(Files.read(path, limit: 2) == .failure(.fileTooLarge))
        #expect(Files.read(scratch.file("none"), limit: 2) == .failure(.noSuchFile))
    }

    @Test func appends() throws {
        let scratch = try Scratch()
        let path = scratch.file("log")
        for bytes in [[1, 2], [], [3]] as [[UInt8]] {
            let log = try Files.openAppend(path).get()
            #expect(Files.writeAll(log, bytes) == nil)
            #expect(!Files.isTerminal(log))
            Files.close(log)
        }
        #expect(Files.read(path, limit: 9) == .success([1, 2, 3]))
    }

    @Test(
        arguments: [
            ("127.0.0.1", .v4(0x7f00_0001, port: 80)),
            ("::1", .v6(high: 0, low: 1, port: 80)),
            (
                "2001:db8::102:304",
                .v6(high: 0x2001_0db8_0000_0000, low: 0x0000_0000_0102_0304, port: 80)
            ),
        ] as [(String, SocketAddress)])
    func resolvesLiterals(_ host: String, _ address: SocketAddress) {
        #expect(Resolver.resolve(host, port: 80) == .success([address]))
    }

    @Test func resolvesLocalhostAndRefusesNonsense() throws {
        let found = try Resolver.resolve("localhost", port: 81).get()
        #expect(!found.isEmpty && found.allSatisfy { $0.port == 81 })
        #expect(Set(found).count == found.count)
        guard case .failure(let error) = Resolver.resolve("no such host", port: 1) else {
            Issue.record("a name with spaces has an address")
            return
        }
        #expect(!error.text.isEmpty && error.text == error.text.lowercased())
    }

    @Test func countsCoresAndRaisesTheFileLimit() {
        #expect((1...sysconf(Int32(_SC_NPROCESSORS_CONF))).contains(coreCount()))
        let before = OpenFileLimit.current
        let after = OpenFileLimit.raise()
        #expect(after >= before && after == OpenFileLimit.current)
    }

    private func fopen(_ path: String) -> Descriptor? {
        let raw = unsafe open(path, O_RDONLY)
        return raw >= 0 ? Descriptor(raw: raw) : nil
    }
}
