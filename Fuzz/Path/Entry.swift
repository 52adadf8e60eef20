internal import RequestModel

/// The canonical path is idempotent under every policy, and what it gives holds no dot segment.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    var policy = ListenerPolicy()
    policy.encodedSlash = input[0] & 1 == 0 ? .refuse : .keep
    policy.emptySegments = [.merge, .keep, .refuse, .merge][Int(input[0] >> 1 & 3)]
    policy.pathParameters = [.keep, .strip, .refuse, .keep][Int(input[0] >> 3 & 3)]
    policy.doubleEncoding = input[0] & 32 == 0 ? .keep : .refuse
    var once: [UInt8] = []
    guard CanonicalPath.canonicalise(input[1...], policy: policy, into: &once) == nil else {
        return 0
    }
    var twice: [UInt8] = []
    precondition(
        CanonicalPath.canonicalise(once, policy: policy, into: &twice) == nil && once == twice,
        "not idempotent")
    for segment in once.split(separator: UInt8(ascii: "/")) {
        precondition(
            !segment.elementsEqual([0x2e]) && !segment.elementsEqual([0x2e, 0x2e]),
            "a dot segment is left")
    }
    return 0
}
