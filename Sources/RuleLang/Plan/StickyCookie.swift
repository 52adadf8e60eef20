internal import RequestModel

/// The cookie of `split … sticky cookie NAME`: which arm its holder has been given, signed, and a
/// visitor's number that a draw can be made from again.
///
/// `1.ARM.VISITOR.MINUTE.MAC`, all hexadecimal: a hash of the arm's identity, the visitor, when it
/// was given (minutes since 1970), and SipHash of the split's name and all before it under the
/// router's key. Without a valid signature the arm is drawn from the visitor's number: after a
/// restart with another key the same visitor draws the same arm, as long as the shares are the
/// same.
struct StickyCookie: Equatable {
    var arm: UInt32
    var visitor: UInt64
    var minute: UInt32
    /// The signature is ours.
    var isSigned: Bool

    private static let length = 2 + 8 + 1 + 16 + 1 + 8 + 1 + 16

    /// Nil when it is no such cookie.
    init?(_ text: [UInt8], split: Split, key: SipHash) {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.count == Self.length, parts.count == 5, parts[0].elementsEqual([0x31]),
            let arm = Self.number(parts[1], digits: 8),
            let visitor = Self.number(parts[2], digits: 16),
            let minute = Self.number(parts[3], digits: 8),
            let mac = Self.number(parts[4], digits: 16)
        else { return nil }
        self.arm = UInt32(arm)
        self.visitor = visitor
        self.minute = UInt32(minute)
        isSigned = mac == Self.mac(text.dropLast(17), split, key)
    }

    init(arm: UInt32, visitor: UInt64, minute: UInt32) {
        self.arm = arm
        self.visitor = visitor
        self.minute = minute
        isSigned = true
    }

    func text(split: Split, key: SipHash) -> [UInt8] {
        var text: [UInt8] = [0x31, 0x2e]
        Self.append(UInt64(arm), digits: 8, to: &text)
        text.append(0x2e)
        Self.append(visitor, digits: 16, to: &text)
        text.append(0x2e)
        Self.append(UInt64(minute), digits: 8, to: &text)
        let mac = Self.mac(text[...], split, key)
        text.append(0x2e)
        Self.append(mac, digits: 16, to: &text)
        return text
    }

    /// How an arm is called in the cookie.
    static func name(of arm: Split.Arm) -> UInt32 {
        UInt32(truncatingIfNeeded: SipHash(key0: 1, key1: 2).hash(arm.identity.utf8))
    }

    private static func mac(
        _ signed: ArraySlice<UInt8>, _ split: Split, _ key: SipHash
    ) -> UInt64 {
        key.hash(Array(split.name.utf8) + [0] + signed)
    }

    private static func number(_ text: ArraySlice<UInt8>, digits: Int) -> UInt64? {
        guard text.count == digits else { return nil }
        var value: UInt64 = 0
        for byte in text {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(byte - 0x57)
            default: return nil
            }
        }
        return value
    }

    private static func append(_ value: UInt64, digits: Int, to text: inout [UInt8]) {
        for place in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(place * 4)) & 15
            text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

/// The draw of a sticky split.
struct StickyDraw {
    var arm: Int
    /// A `Set-Cookie` value, when the client is to be told something new.
    var cookie: [UInt8]?

    /// The arm that the client's cookie remembers, if it is signed, fresh, and the arm still takes
    /// requests; else a new draw. `random` is a visitor's number for who has none.
    init(
        _ split: Split, name: [UInt8], lifetimeSeconds: Int?, _ view: RequestView, key: SipHash,
        random: () -> UInt64
    ) {
        let minute = UInt32(clamping: max(0, view.now) / 60_000)
        let received = view.cookies(name).first.flatMap {
            StickyCookie($0, split: split, key: key)
        }
        let visitor = received?.visitor ?? random()
        let lifetime = lifetimeSeconds.map { UInt32(clamping: max(1, $0 / 60)) }
        if let received, received.isSigned, !Self.isOver(received, lifetime, minute),
            let known = Self.open(split, received.arm)
        {
            arm = known
            // Told again when half of its time is over, so that who comes back stays.
            guard let lifetime, minute &- received.minute >= max(1, lifetime / 2) else { return }
        } else {
            arm = SplitDraw.arm(of: split, key: Self.bytes(of: visitor))
        }
        guard arm < split.arms.count else { return }
        let fresh = StickyCookie(
            arm: StickyCookie.name(of: split.arms[arm]), visitor: visitor, minute: minute)
        cookie = Self.line(
            name, fresh.text(split: split, key: key), lifetimeSeconds, view.scheme)
    }

    private static func isOver(
        _ cookie: StickyCookie, _ lifetime: UInt32?, _ minute: UInt32
    ) -> Bool {
        // A minute of the future is another clock's, not a longer life.
        guard cookie.minute <= minute &+ 5 else { return true }
        guard let lifetime else { return false }
        return cookie.minute &+ lifetime < minute
    }

    /// The arm of that name, unless its share is 0: then everybody leaves it.
    private static func open(_ split: Split, _ name: UInt32) -> Int? {
        split.arms.firstIndex { StickyCookie.name(of: $0) == name && $0.share != 0 }
    }

    private static func bytes(of number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func line(
        _ name: [UInt8], _ value: [UInt8], _ lifetimeSeconds: Int?, _ scheme: Scheme
    ) -> [UInt8] {
        var line =
            name + [UInt8(ascii: "=")] + value + Array("; Path=/; HttpOnly; SameSite=Lax".utf8)
        if let lifetimeSeconds { line += "; Max-Age=\(lifetimeSeconds)".utf8 }
        if scheme == .https { line += "; Secure".utf8 }
        return line
    }
}
