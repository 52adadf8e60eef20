/// The canonical spelling of a path: the one that rules match and that is forwarded. The work is
/// idempotent, so a canonical path is its own canonical path.
package enum CanonicalPath {
    /// Appends the canonical form of `raw` (which begins with "/" and has no query) to `out`.
    /// Returns why `raw` is refused; `out` is unchanged then.
    package static func canonicalise(
        _ raw: some Collection<UInt8>, policy: ListenerPolicy, into out: inout [UInt8]
    ) -> RefusalReason? {
        let start = out.count
        out.append(contentsOf: raw)
        let received = start..<out.count
        switch canonicalise(in: &out, received, policy: policy) {
        case .unchanged: return nil
        case .rewritten:
            out.removeSubrange(received)
            return nil
        case .refused(let reason):
            out.removeSubrange(start...)
            return reason
        }
    }

    /// The canonical form of a path operand of a rule. A piece of a path, one that does not begin
    /// with "/", has its escapes made canonical and nothing else: a "." in it need not be a
    /// segment.
    package static func canonicaliseLiteral(
        _ bytes: [UInt8], policy: ListenerPolicy
    ) -> Result<[UInt8], RefusalReason> {
        guard bytes.first == UInt8(ascii: "/") else {
            return canonicaliseFragment(bytes, policy: policy)
        }
        var out: [UInt8] = []
        if let reason = canonicalise(bytes, policy: policy, into: &out) { return .failure(reason) }
        return .success(out)
    }

    /// The escapes of a piece of a path in canonical form, without the rules about whole segments:
    /// what `^=`, `$=` and `*=` compare with, where "/." means a segment that begins with a dot.
    package static func canonicaliseFragment(
        _ bytes: [UInt8], policy: ListenerPolicy
    ) -> Result<[UInt8], RefusalReason> {
        var out = bytes
        var rewriter = PathRewriter(base: bytes.count, policy: policy)
        if let reason = rewriter.appendFragment(&out, 0..<bytes.count) { return .failure(reason) }
        out.removeSubrange(0..<bytes.count)
        return .success(out)
    }

    enum Outcome {
        /// The path is canonical as it was received.
        case unchanged
        /// The canonical form was appended to the bytes.
        case rewritten(Range<Int>)
        case refused(RefusalReason)
    }

    /// The same within one arena: reads `range` of `bytes` and appends only when something changes.
    static func canonicalise(
        in bytes: inout [UInt8], _ range: Range<Int>, policy: ListenerPolicy
    ) -> Outcome {
        guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "/") else {
            return .refused(.badTarget)
        }
        if isPlain(bytes, range) { return .unchanged }
        let base = bytes.count
        var rewriter = PathRewriter(base: base, policy: policy)
        if let reason = rewriter.appendPath(&bytes, range) {
            bytes.removeSubrange(base...)
            return .refused(reason)
        }
        return .rewritten(base..<bytes.count)
    }

    /// Whether nothing in the path could need a change or a refusal under any policy.
    private static func isPlain(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var followsSlash = false
        var start = range.lowerBound
        while start < range.upperBound {
            let block = ByteBlock(bytes, start, range.upperBound)
            let slashes = block.equal(UInt8(ascii: "/"))
            let separators = slashes | block.equal(UInt8(ascii: "."))
            guard separators & (slashes &<< 1 | (followsSlash ? 1 : 0)) == 0 else { return false }
            // "-", ".", "/" and the digits are neighbours.
            let usual =
                block.within(UInt8(ascii: "-"), UInt8(ascii: "9")) | block.letters
                | block.equal(UInt8(ascii: "_"))
            guard usual == block.all else { break }
            followsSlash = slashes >> 15 == 1
            start = min(start + ByteBlock.width, range.upperBound)
        }
        for index in start..<range.upperBound {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "."):
                guard !followsSlash else { return false }
            case UInt8(ascii: ";"): return false
            default:
                guard PathByte.isAllowed(byte) else { return false }
            }
            followsSlash = byte == UInt8(ascii: "/")
        }
        return true
    }
}

/// Byte classes of RFC 3986.
enum PathByte {
    /// Section 2.3: escapes of these bytes are decoded.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: ASCII.isAlphanumeric(byte)
        }
    }

    /// pchar of section 3.3, except "%".
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: ":"),
            UInt8(ascii: "@"):
            true
        default: isUnreserved(byte)
        }
    }
}
