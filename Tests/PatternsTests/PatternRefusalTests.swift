import Patterns
import Testing

/// A pattern with `«` and `»` around the bytes at fault, and a word of the message.
private func check(
    _ marked: String, _ word: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    let open = [UInt8]("«".utf8)
    let close = [UInt8]("»".utf8)
    var pattern = [UInt8](marked.utf8)
    let start = pattern.firstRange(of: open)!.lowerBound
    pattern.removeSubrange(start..<start + 2)
    let end = pattern.firstRange(of: close)!.lowerBound
    pattern.removeSubrange(end..<end + 2)
    do {
        _ = try CompiledPattern(pattern)
        Issue.record("`\(marked)` is accepted", sourceLocation: sourceLocation)
    } catch {
        #expect(error.offset == start, sourceLocation: sourceLocation)
        #expect(error.length == end - start, sourceLocation: sourceLocation)
        #expect(error.message.contains(word), "\(error.message)", sourceLocation: sourceLocation)
        #expect(!error.message.hasSuffix("."), sourceLocation: sourceLocation)
    }
}

extension [UInt8] {
    fileprivate func firstRange(of needle: [UInt8]) -> Range<Int>? {
        indices.first { dropFirst($0).starts(with: needle) }.map { $0..<$0 + needle.count }
    }
}

@Suite struct PatternRefusalTests {
    @Test(arguments: [
        ("(?«m»)^a", "option `m`"),
        ("(?i«m»)^a", "option `m`"),
        ("(?«m»:^a)", "option `m`"),
        ("(?^«m»)a", "option `m`"),
        ("(?x«m»-i:a)", "option `m`"),
        ("b(a(?«m»)^)", "option `m`"),
        ("a«\\Z»", "`\\Z`"),
        ("a\\\\«\\Z»", "`\\Z`"),
        ("«\\G»a", "`\\G`"),
        ("a«\\K»b", "`\\K`"),
        ("[a\\]]«\\K»b", "`\\K`"),
        ("[]\\]]«\\K»b", "`\\K`"),
        ("[^]]«\\K»b", "`\\K`"),
        ("[[:alpha:]\\]]«\\K»b", "`\\K`"),
        ("\\Q\\K\\E«\\K»", "`\\K`"),
        ("(?#\\K)«\\K»", "`\\K`"),
        ("(?x)# \\K\n«\\K»", "`\\K`"),
        ("(?x:a)#«\\K»", "`\\K`"),
        ("(?x)(?^)#«\\K»", "`\\K`"),
        ("(?x)(?-x)#«\\K»", "`\\K`"),
        ("((?x)a)#«\\K»", "`\\K`"),
        ("(?<n>#(?x) )#«\\K»", "`\\K`"),
        ("a«(?C)»b", "callouts"),
        ("a«(?C12)»b", "callouts"),
        ("a«(?C\"x)»\")b", "callouts"),
        ("«(*UTF)»a", "`(*…)`"),
        ("«(*UCP)»a", "`(*…)`"),
        ("«(*NO_JIT)»a", "`(*…)`"),
        ("«(*LIMIT_MATCH=10)»a", "`(*…)`"),
        ("«(*ANYCRLF)»a", "`(*…)`"),
        ("a«(*COMMIT)»b", "`(*…)`"),
        ("a«(*F)»", "`(*…)`"),
        ("«(*pla:a)»b", "`(*…)`"),
        ("a«\\R»", "`\\R`"),
        ("a«\\X»", "`\\X`"),
        ("[a«é»]", "beyond ASCII"),
        ("[^«€»-z]", "beyond ASCII"),
        ("[\\Q«é»\\E]", "beyond ASCII"),
        ("[\\«é»]", "beyond ASCII"),
        ("a[[:alpha:]«😀»]", "beyond ASCII"),
        ("caf«é+»", "beyond ASCII"),
        ("x€«é{2,3}»", "beyond ASCII"),
        ("a«\u{0}»b", "NUL"),
        ("\\Q«\u{0}»\\E", "NUL"),
        ("a«\\C»", "`\\C`"),
        // The engine's own errors, at the place that is at fault.
        ("a«(»b", "never closed"),
        ("(a)«(»b(c)", "never closed"),
        ("a\\(«(»[)]", "never closed"),
        ("a«)»b", "closes nothing"),
        ("x[a]«[»b", "never closed"),
        ("a|«*»b", "nothing here to repeat"),
        ("«+»", "nothing here to repeat"),
        ("a|(?:«{2}»)", "nothing here to repeat"),
        ("ab«\\»", "single backslash"),
        ("(?<a>x)«(?<a>»y)", "named twice"),
        ("(?J)(?<a>x)|«(?<a>»y)", "named twice"),
        ("(?P<a>x)(?<b>)«(?'a'»y)", "named twice"),
    ])
    func refused(_ marked: String, _ word: String) {
        check(marked, word)
    }

    @Test(arguments: [
        "a\\\\Z", "a\\\\K", "\\\\\\\\G", "\\\\R", "\\\\X", "\\Q\\K\\Z(?m)(*UTF)\\E", "\\Q\\K",
        "(?#\\K (?m (*UTF)a", "(?x) a # \\K (?m)\n b", "(?xi)#\\G", "(?x:#\\K\n)a",
        "\\(?m", "\\(\\*UTF\\)", "[(*]", "[(?m)]", "(\\*)", "(?-m)a", "(?i-m:a)", "(?-im)a",
        "(?<m>a)", "(?i)m", "\\cKx", "\\x{4B}", "\\[é\\]", "é", "café/", "(?:é)+", "[\\xC3]",
        "(?|(?<a>x)|(?<a>y))", "\\c\\Kx", "a{,3}", "{", "a{", "]", "}", "(?(?=a)b|c)",
        "(?i)(?x) # é[é]\n a", "b(?#é)+?", "\\x00", "[\\x00]",
    ])
    func acceptedLookAlikes(_ pattern: String) {
        #expect(throws: Never.self) { try CompiledPattern([UInt8](pattern.utf8)) }
    }

    /// `\K`, `\R`, `\X` and the like are errors in a class too, but not ours.
    @Test(arguments: ["[\\K]", "[\\R]", "[\\X]", "[\\Z]", "[\\G]"])
    func classesAreTheEngines(_ pattern: String) {
        #expect {
            try CompiledPattern([UInt8](pattern.utf8))
        } throws: { error in
            (error as? PatternError)?.message.contains("class") == true
        }
    }
}
