import RequestModel
import TestSupport
import Testing

/// A policy by the words of the listener's settings.
func policy(_ words: String) -> ListenerPolicy {
    var policy = ListenerPolicy()
    for word in words.split(separator: " ") {
        switch word {
        case "slash-keep": policy.encodedSlash = .keep
        case "empty-keep": policy.emptySegments = .keep
        case "empty-refuse": policy.emptySegments = .refuse
        case "params-strip": policy.pathParameters = .strip
        case "params-refuse": policy.pathParameters = .refuse
        case "double-refuse": policy.doubleEncoding = .refuse
        case "underscores-keep": policy.headerUnderscores = .keep
        default: Issue.record("no such policy: \(word)")
        }
    }
    return policy
}

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

/// The canonical path, or the word of the refusal in angle brackets.
func canonicalPath(_ raw: [UInt8], _ policy: ListenerPolicy) -> String {
    var out = Array("kept".utf8)
    if let reason = CanonicalPath.canonicalise(raw, policy: policy, into: &out) {
        #expect(out == Array("kept".utf8))
        return "<\(reason.rawValue)>"
    }
    return text(out.dropFirst(4))
}

@Suite struct PathTests {
    static let cases: [(policy: String, raw: String, expected: String)] = [
        // Nothing to do.
        ("", "/", "/"), ("", "/a", "/a"), ("", "/a/b/", "/a/b/"), ("", "/a.b/c..d", "/a.b/c..d"),
        ("", "/!$&'()*+,=:@-._~", "/!$&'()*+,=:@-._~"), ("", "/a;b=c", "/a;b=c"),
        ("", "/.well-known/x", "/.well-known/x"), ("", "/...", "/..."), ("", "/..a/.b", "/..a/.b"),
        // Escapes.
        ("", "/%41%7a%30%2D%2e%5F%7e", "/Az0-._~"), ("", "/%c3%a4", "/%C3%A4"),
        ("", "/%2b%3f%23%20", "/%2B%3F%23%20"), ("", "/%25", "/%25"), ("", "/%252e", "/%252e"),
        ("", "/%3b", "/%3B"), ("", "/a%3bb;c", "/a%3Bb;c"), ("", "/%80%ff", "/%80%FF"),
        ("", "/\"<>^`{|}", "/%22%3C%3E%5E%60%7B%7C%7D"), ("", "/[1]", "/%5B1%5D"),
        ("", "/%", "<path_bad_escape>"), ("", "/%4", "<path_bad_escape>"),
        ("", "/%zz", "<path_bad_escape>"), ("", "/a%4/1", "<path_bad_escape>"),
        ("", "/%u0041", "<path_bad_escape>"),
        // Refused bytes.
        ("", "/a\\b", "<path_backslash>"), ("", "/a%5Cb", "<path_backslash>"),
        ("", "/a%5cb", "<path_backslash>"), ("", "/%00", "<path_control_byte>"),
        ("", "/%0a", "<path_control_byte>"), ("", "/%7F", "<path_control_byte>"),
        ("", "/a\u{0}", "<path_control_byte>"), ("", "/a\tb", "<path_control_byte>"),
        ("", "/a\u{7f}", "<path_control_byte>"), ("", "/ä", "<path_non_ascii>"),
        ("", "/a b", "<bad_target>"), ("", "/a#b", "<bad_target>"), ("", "/a?b", "<bad_target>"),
        ("", "", "<bad_target>"), ("", "a/b", "<bad_target>"), ("", "*", "<bad_target>"),
        // Dot segments (RFC 3986 section 5.2.4).
        ("", "/a/./b", "/a/b"), ("", "/a/../b", "/b"), ("", "/./a", "/a"), ("", "/../a", "/a"),
        ("", "/a/.", "/a/"), ("", "/a/..", "/"), ("", "/a/b/..", "/a/"), ("", "/..", "/"),
        ("", "/.", "/"), ("", "/a/b/c/./../../g", "/a/g"), ("", "/../../..", "/"),
        ("", "/a/%2e%2e/b", "/b"), ("", "/a/%2E/b", "/a/b"), ("", "/a/.%2e/b", "/b"),
        ("", "/a/%2e.", "/"), ("", "/a/%252e%252e/b", "/a/%252e%252e/b"),
        // Empty segments: dots go first.
        ("", "//", "/"), ("", "//a", "/a"), ("", "/a//b", "/a/b"), ("", "/a///", "/a/"),
        ("", "/a//../b", "/a/b"), ("", "/..//a", "/a"), ("", "/a/..//b", "/b"),
        ("empty-keep", "//a", "//a"), ("empty-keep", "/a//b//", "/a//b//"),
        ("empty-keep", "/a//../b", "/a/b"), ("empty-keep", "/..//a", "//a"),
        ("empty-keep", "/a/..//b", "//b"), ("empty-refuse", "/a/b/", "/a/b/"),
        ("empty-refuse", "/", "/"), ("empty-refuse", "//", "<path_empty_segment>"),
        ("empty-refuse", "/a//b", "<path_empty_segment>"),
        ("empty-refuse", "/a//", "<path_empty_segment>"),
        ("empty-refuse", "/a//../b", "<path_empty_segment>"), ("empty-refuse", "/a/./b", "/a/b"),
        // Parameters.
        ("", "/..;/a", "<path_dot_parameter>"), ("", "/a/..;x=1/b", "<path_dot_parameter>"),
        ("", "/.;", "<path_dot_parameter>"), ("", "/%2e%2e;/a", "<path_dot_parameter>"),
        ("", "/..%3Ba/b", "<path_dot_parameter>"), ("", "/.%3b/b", "<path_dot_parameter>"),
        ("", "/...;x", "/...;x"), ("", "/a..;x", "/a..;x"), ("", "/;..", "/;.."),
        ("params-strip", "/a;x=1/b;y", "/a/b"), ("params-strip", "/;x/b", "/b"),
        ("params-strip", "/a/;x", "/a/"), ("params-strip", "/a%3Bx", "/a%3Bx"),
        ("params-strip", "/..;x/a", "<path_dot_parameter>"), ("params-strip", "/a;/../b", "/b"),
        ("params-strip empty-keep", "/;x/b", "//b"),
        ("params-strip empty-refuse", "/;x/b", "<path_empty_segment>"),
        ("params-refuse", "/a;x", "<path_parameter>"), ("params-refuse", "/a%3Bx", "/a%3Bx"),
        ("params-refuse", "/..;", "<path_dot_parameter>"), ("params-refuse", "/a/b", "/a/b"),
        // Encoded slashes.
        ("", "/a%2Fb", "<path_encoded_slash>"), ("", "/a%2fb", "<path_encoded_slash>"),
        ("slash-keep", "/a%2fb", "/a%2Fb"), ("slash-keep", "/%2f", "/%2F"),
        ("slash-keep", "/a%2F../b", "<path_encoded_dot_segment>"),
        ("slash-keep", "/..%2Fb", "<path_encoded_dot_segment>"),
        ("slash-keep", "/a%2F%2e%2Fb", "<path_encoded_dot_segment>"),
        ("slash-keep", "/a%2F..;b", "<path_dot_parameter>"),
        ("slash-keep", "/a%2F.%3bb", "<path_dot_parameter>"),
        ("slash-keep", "/a%2F...", "/a%2F..."), ("slash-keep", "/a%2Fb/../c", "/c"),
        ("slash-keep", "/a%5C..", "<path_backslash>"), ("slash-keep", "/a%2F..b", "/a%2F..b"),
        ("slash-keep params-strip", "/a%2Fb;c%2F..", "<path_encoded_dot_segment>"),
        // Double encoding.
        ("double-refuse", "/%252e", "<path_double_encoding>"),
        ("double-refuse", "/%25%32%65", "<path_double_encoding>"),
        ("double-refuse", "/%252F", "<path_double_encoding>"),
        ("double-refuse", "/100%25", "/100%25"), ("double-refuse", "/%25g0", "/%25g0"),
        ("double-refuse", "/%252", "/%252"), ("double-refuse", "/%252/a", "/%252/a"),
        ("double-refuse", "/%252e/../a", "<path_double_encoding>"),
    ]

    @Test(arguments: cases)
    func pathIsCanonical(words: String, raw: String, expected: String) {
        #expect(canonicalPath(Array(raw.utf8), policy(words)) == expected)
    }

    @Test(arguments: [
        ("/a/%7euser", "/a/~user"), ("/a/../b", "/b"), ("/.", "/"), (".git", ".git"),
        ("%2ejson", ".json"), ("a/../b//", "a/../b//"), ("%2F", "<path_encoded_slash>"),
        ("a b", "<bad_target>"),
    ])
    func literalIsCanonical(raw: String, expected: String) {
        let result = CanonicalPath.canonicaliseLiteral(Array(raw.utf8), policy: ListenerPolicy())
        #expect(rendered(result) == expected)
    }

    @Test(arguments: [
        ("/.", "/."), ("/%2e%2e", "/.."), ("//", "//"), ("/a%c3", "/a%C3"),
        ("/\\", "<path_backslash>"), ("%", "<path_bad_escape>"),
    ])
    func pieceKeepsItsSegments(raw: String, expected: String) {
        let result = CanonicalPath.canonicaliseFragment(Array(raw.utf8), policy: ListenerPolicy())
        #expect(rendered(result) == expected)
    }

    private func rendered(_ result: Result<[UInt8], RefusalReason>) -> String {
        switch result {
        case .success(let bytes): text(bytes)
        case .failure(let reason): "<\(reason.rawValue)>"
        }
    }
}

/// Random paths over the pieces that canonicalisers get wrong, under every policy.
@Suite struct PathProperties {
    static let pieces = [
        "/", "/", "//", ".", "..", "%2e", "%2E", ";", "%3b", "%2f", "%2F", "%25", "2e", "a", "B",
        "%41", "%7e", "%c3", "%", "%5c", "\\", "{", "[", "=", "%0", "%20",
    ].map { Array($0.utf8) }

    static let policies: [ListenerPolicy] = [
        ListenerPolicy.EncodedSlash.refuse, .keep,
    ].flatMap { slash in
        [ListenerPolicy.EmptySegments.merge, .keep, .refuse].flatMap { empty in
            [ListenerPolicy.PathParameters.keep, .strip, .refuse].flatMap { parameters in
                [ListenerPolicy.DoubleEncoding.keep, .refuse].map { double in
                    var policy = ListenerPolicy()
                    policy.encodedSlash = slash
                    policy.emptySegments = empty
                    policy.pathParameters = parameters
                    policy.doubleEncoding = double
                    return policy
                }
            }
        }
    }

    @Test(arguments: policies)
    func canonicalPathsAreFixedPointsAndClean(policy: ListenerPolicy) {
        var random = SeededGenerator(seed: 0x6c37_726f_7574_6531)
        var accepted = 0
        for _ in 0..<3000 {
            var raw = Array("/".utf8)
            for _ in 0..<Int.random(in: 0...7, using: &random) {
                raw += Self.pieces.randomElement(using: &random) ?? []
            }
            var once: [UInt8] = []
            let reason = CanonicalPath.canonicalise(raw, policy: policy, into: &once)
            if reason != nil { continue }
            accepted += 1
            var twice: [UInt8] = []
            #expect(CanonicalPath.canonicalise(once, policy: policy, into: &twice) == nil)
            if twice != once { Issue.record("\(text(raw)): \(text(once)), then \(text(twice))") }
            if let fault = fault(once, policy) { Issue.record("\(text(raw)): \(fault)") }
        }
        #expect(accepted > 100)
    }

    /// What a canonical path must not have; decoded as an upstream might decode it.
    private func fault(_ path: [UInt8], _ policy: ListenerPolicy) -> String? {
        let string = text(path)
        let upstream = string.replacing("%2F", with: "/").replacing("%3B", with: ";")
        let segments = upstream.split(separator: "/", omittingEmptySubsequences: false)
        let bare = segments.map { $0.prefix { $0 != ";" } }
        if path.first != UInt8(ascii: "/") { return "no slash in front" }
        if bare.contains(".") || bare.contains("..") { return "dot segment in \(string)" }
        if policy.emptySegments != .keep, string.contains("//") { return "empty in \(string)" }
        if policy.pathParameters != .keep, string.contains(";") { return "parameter in \(string)" }
        if policy.encodedSlash == .refuse, string.contains("%2F") { return "slash in \(string)" }
        if path.contains(where: { !(0x21...0x7e ~= $0) || "\\{[".utf8.contains($0) }) {
            return "raw byte in \(string)"
        }
        return nil
    }
}
