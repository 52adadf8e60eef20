import HTTPWire
import RequestModel
import Testing

@Suite struct FieldTextTests {
    @Test func tokensAreTheCharactersOfTheGrammar() {
        let expected = Set(
            bytes(
                "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        for byte in UInt8.min...UInt8.max {
            #expect(FieldText.isToken([byte]) == expected.contains(byte))
        }
        #expect(!FieldText.isToken([]))
        #expect(!FieldText.isToken(bytes("a b")))
    }

    @Test(
        arguments: [
            ("", true), ("a", true), ("a b\tc", true), ("\u{80}\u{ff}~!", true), (" a", false),
            ("a\t", false), (" ", false), ("a\rb", false), ("a\nb", false), ("\0", false),
            ("a\u{7f}", false), ("\u{1f}", false),
        ])
    func valuesHaveNoControls(value: String, isValue: Bool) {
        #expect(FieldText.isFieldValue(bytes(value)) == isValue)
    }

    @Test(
        arguments: [
            ("Abc", "abc", true), ("abc", "abc", true), ("ab", "abc", false),
            ("abcd", "abc", false), ("abd", "abc", false), ("", "", true), ("@", "`", false),
            ("\u{c9}", "\u{e9}", false), ("[", "{", false),
        ])
    func caseIsIgnoredInASCII(value: String, lower: String, isEqual: Bool) {
        #expect(FieldText.equalsIgnoringCase(bytes(value), bytes(lower)) == isEqual)
    }

    @Test(
        arguments: [
            ("Connection", true), ("keep-alive", true), ("Proxy-Connection", true), ("TE", true),
            ("trailer", true), ("TRANSFER-ENCODING", true), ("Upgrade", true),
            ("Proxy-Authenticate", true), ("Proxy-Authorization", true), ("HTTP2-Settings", true),
            ("Trailers", false), ("Max-Forwards", false),
            ("Host", false), ("Content-Length", false), ("X", false), ("Referer", false),
        ])
    func connectionFieldsAreKnown(name: String, isHopByHop: Bool) {
        #expect(HeaderNames.known.lookUp(bytes(name)).kind.isHopByHop == isHopByHop)
    }

    @Test(
        arguments: [
            ("x-a", true), ("X-A", true), ("te", true), ("x-b", false), ("x-", false), ("", false),
        ])
    func nominationIgnoresCase(name: String, isNominated: Bool) {
        let connection = bytes("X-a, TE")
        let options = [ByteRange(0..<3), ByteRange(5..<7)]
        #expect(
            HopByHop.isNominated(bytes(name)[...], by: options, in: connection) == isNominated)
    }

    @Test(
        arguments: [
            (100, "Continue"), (200, "OK"), (226, "IM Used"), (304, "Not Modified"),
            (413, "Content Too Large"), (421, "Misdirected Request"),
            (451, "Unavailable For Legal Reasons"), (502, "Bad Gateway"),
            (511, "Network Authentication Required"), (299, ""), (306, ""), (418, ""), (599, ""),
            (0, ""), (600, ""),
        ] as [(UInt16, String)])
    func phrasesAreThoseOfTheRegistry(status: UInt16, phrase: String) {
        #expect(ReasonPhrase.of(status).description == phrase)
    }
}
