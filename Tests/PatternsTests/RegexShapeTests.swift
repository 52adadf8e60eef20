import Patterns
import Testing

private func simpler(_ pattern: String) -> SimplerOperator? {
    RegexReader.read([UInt8](pattern.utf8)).flatMap(RegexShape.simplerOperator)
}

extension SimplerOperator {
    fileprivate var outline: String {
        func list(_ texts: [[UInt8]]) -> String {
            texts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
        }
        return switch self {
        case .equals(let texts): "== \(list(texts))"
        case .startsWith(let texts): "^= \(list(texts))"
        case .endsWith(let texts): "$= \(list(texts))"
        case .contains(let texts): "*= \(list(texts))"
        case .under(let text): "under \(list([text]))"
        }
    }
}

@Suite struct RegexShapeTests {
    @Test(arguments: [
        ("^/api", "^= /api"),
        ("^/api.*", "^= /api"),
        ("^/api.*$", "^= /api"),
        ("\\A/api", "^= /api"),
        ("^/api$", "== /api"),
        ("^/api\\z", "== /api"),
        ("^$", "== "),
        ("\\.png$", "$= .png"),
        (".*\\.png$", "$= .png"),
        ("^.*\\.png$", "$= .png"),
        ("admin", "*= admin"),
        (".*admin.*", "*= admin"),
        ("[.]git", "*= .git"),
        ("\\Qa.b\\E", "*= a.b"),
        ("^(?:a|b)$", "== a,b"),
        ("^(a|b)$", "== a,b"),
        ("^a$|^b$", "== a,b"),
        ("^(a$|b$)", "== a,b"),
        ("^/a?$", "== /,/a"),
        ("^(?:/a|/b)", "^= /a,/b"),
        ("^/a|^/b", "^= /a,/b"),
        ("^/api(|x)", "^= /api,/apix"),
        ("\\.(png|jpe?g)$", "$= .png,.jpg,.jpeg"),
        ("a|b|a", "*= a,b"),
        ("^/api(/|$)", "under /api"),
        ("^/api($|/)", "under /api"),
        ("^/api(?:/.*)?$", "under /api"),
        ("^(?:/api$|/api/)", "under /api"),
        ("^/api/?$", "== /api,/api/"),
    ])
    func simplerOperators(_ pattern: String, _ expected: String) throws {
        #expect(try #require(simpler(pattern)).outline == expected)
    }

    @Test(arguments: [
        "", ".*", "^", "$", "^.*$", "(?i)^/api", "^/a.i", "^/api/[0-9]", "^/(?<v>api)", "^/api+",
        "^a|b", "^a$|^b", "a^b", "a$b", "(?-s)^/api.*$", "^(/|$)", "^/api(/|$)x",
        "^/a/(/|$)", "a\\b", "(a)\\1", "[ab]", "^(?:a|b|c|d|e)(?:a|b|c|d)$",
    ])
    func nothingSimpler(_ pattern: String) {
        #expect(simpler(pattern) == nil)
    }

    /// The operator and the engine agree on subjects around the texts.
    @Test(arguments: [
        "^/api", "^/api.*$", "^/api$", "\\.png$", "^.*\\.png$", "admin", "^(?:a|b)$", "^a$|^b$",
        "^/a?$", "\\.(png|jpe?g)$", "^/api(/|$)", "^/api(?:/.*)?$", "^/api/?$", "^$", "^/api(|x)",
    ])
    func operatorsMeanTheSame(_ pattern: String) throws {
        let shape = try #require(simpler(pattern))
        let compiled = try CompiledPattern([UInt8](pattern.utf8))
        let scratch = PatternScratch()
        let pieces = ["", "/", "/api", "/apix", "a", "b", ".png", ".jpg", "admin", "\n", "/a"]
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let subject = [UInt8]((first + second + third).utf8)
                    let found = scratch.match(compiled, in: subject) == .match
                    #expect(found == shape.holds(for: subject), "\(subject)")
                }
            }
        }
    }

    @Test(
        arguments: [
            ("^/api", "/api"), ("^/v1/api.*", "/v1/api"), ("^/api/", nil), ("^/api(/|$)", nil),
            ("^/api$", nil), ("/api", nil), ("^/", nil), ("^api", nil), ("^/api-", nil),
            ("^/api\\.", nil), ("^(?:/a|/b)", nil), ("(?i)^/api", nil), ("^/(?<n>api)", nil),
        ] as [(String, String?)])
    func barePrefixes(_ pattern: String, _ expected: String?) throws {
        let node = try #require(RegexReader.read([UInt8](pattern.utf8)))
        #expect(RegexShape.barePrefix(of: node) == expected.map { [UInt8]($0.utf8) })
    }

    @Test(arguments: [
        ("example.com", [7]), ("^(www.)?example.com$", [15]), ("www.example.com", [3, 11]),
        ("logo.png", [4]), ("a.js", [1]), ("v1.2", [2]), ("^10.0.0.1$", [3, 5, 7]),
        ("my-site.io", [7]), ("a.b.example.com", [1, 3, 11]), ("ab.cd.e", [2, 5]),
        ("a.b.c", []), ("gr.y/ab.cd", [7]), ("index.htmls?", [5]), ("(?x)example.com", [11]),
        ("(?=example.com)", [10]), ("(?-s)example.com", [12]), ("[.]example.com", [10]),
        ("example\\.com", []), ("\\Qexample.com\\E", []), ("example[.]com", []), ("ab.*cd", []),
        ("ab.+cd", []), ("ab.?cd", []), ("ab.{2}cd", []), ("gr.y", []), ("a.b", []), (".png", []),
        ("/.png", []), ("ab+.cd", []), ("ab.c?", []), ("ab.(cd)", []), ("ab\\d.cd", []),
        ("(?x)example . com", []), ("ab..cd", []), ("", []), (".", []), ("(?#example.com)", []),
    ])
    func dots(_ pattern: String, _ expected: [Int]) {
        #expect(RegexShape.literalLookingDots(in: [UInt8](pattern.utf8)) == expected)
    }

    @Test(arguments: [
        ("/api", true, false), ("\\/api", true, false), ("(/api|/v2)", true, false),
        ("(?:/api)", true, false), ("(?i)/api", true, false), ("/a|/b", true, true),
        ("(?<x>/a)$", true, false), ("^/api", false, false), ("\\A/api", false, false),
        ("(^|x)/api", false, false), ("/a|^/b", false, true), ("api", false, false),
        ("/?api", false, false), ("/*a", false, false), ("[/]api", false, false),
        (".*/api", false, false), ("", false, false), ("(?=/)a", false, false),
        ("/a[|]b", true, false), ("/a(b|c)", true, false),
    ])
    func anchors(_ pattern: String, _ isUnanchored: Bool, _ hasAlternatives: Bool) {
        let bytes = [UInt8](pattern.utf8)
        #expect(RegexShape.isUnanchored(bytes, beginningWith: "/") == isUnanchored)
        #expect(RegexShape.hasTopLevelAlternatives(bytes) == hasAlternatives)
    }

    @Test func longerBeginnings() {
        #expect(RegexShape.isUnanchored([UInt8]("https?://x".utf8), beginningWith: "http"))
        #expect(!RegexShape.isUnanchored([UInt8]("htt.".utf8), beginningWith: "http"))
        #expect(!RegexShape.isUnanchored([UInt8]("ht".utf8), beginningWith: "http"))
    }
}

extension SimplerOperator {
    fileprivate func holds(for subject: [UInt8]) -> Bool {
        func contains(_ text: [UInt8]) -> Bool {
            subject.indices.contains { subject[$0...].starts(with: text) }
        }
        return switch self {
        case .equals(let texts): texts.contains(subject)
        case .startsWith(let texts): texts.contains { subject.starts(with: $0) }
        case .endsWith(let texts): texts.contains { subject.reversed().starts(with: $0.reversed()) }
        case .contains(let texts): texts.contains(where: contains)
        case .under(let text):
            subject == text || subject.starts(with: text + [UInt8(ascii: "/")])
        }
    }
}
