import Testing

@testable import RequestModel

@Suite struct AddressTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("192.0.2.1", "192.0.2.1"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8:0:0:0:0:0:1", "2001:db8::1"), ("2001:0db8:0:1:0:0:0:1", "2001:db8:0:1::1"),
        ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:c000:0201", "192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("fe80::", "fe80::"), ("::1.2.3.4", "::102:304"),
    ])
    func addressIsReadAndWritten(text: String, canonical: String) throws {
        let address = try #require(IPAddress(parsing: text.utf8))
        #expect(address.text == canonical)
        #expect(IPAddress(parsing: canonical.utf8) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "01.2.3.4", "1.2.3.04",
        "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.a", "0x1.2.3.4", "1.2.3.4444444444444444",
        ":", ":::", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "fe80::1%eth0", "[::1]",
        "::1.2.3", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "1::2:", "::1 ",
    ])
    func textIsNotAnAddress(text: String) {
        #expect(IPAddress(parsing: text.utf8) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("192.0.2.1", "192.0.2.1/32"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("192.0.2.1/32", "192.0.2.1/32"), ("::/0", "::/0"), ("2001:db8::1", "2001:db8::1/128"),
        ("fd00::/8", "fd00::/8"), ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/96", "0.0.0.0/0"), ("::ffff:1.2.3.4", "1.2.3.4/32"), ("::/96", "::/96"),
    ])
    func blockIsRead(text: String, canonical: String) throws {
        #expect(try CIDRBlock.parse(text.utf8).get().text == canonical)
    }

    @Test(arguments: [
        ("", CIDRBlock.ParseError.notAnAddress), ("x/8", .notAnAddress), ("/8", .notAnAddress),
        ("10.0.0/8", .notAnAddress), ("10.0.0.0/", .badPrefixLength),
        ("10.0.0.0/33", .badPrefixLength), ("10.0.0.0/08", .badPrefixLength),
        ("10.0.0.0/+8", .badPrefixLength), ("10.0.0.0/8/8", .badPrefixLength),
        ("::/129", .badPrefixLength), ("::/0128", .badPrefixLength),
        ("10.1.2.3/8", .hostBitsSet(corrected: "10.0.0.0/8")),
        ("192.0.2.1/0", .hostBitsSet(corrected: "0.0.0.0/0")),
        ("192.0.2.1/31", .hostBitsSet(corrected: "192.0.2.0/31")),
        ("2001:db8::1/64", .hostBitsSet(corrected: "2001:db8::/64")),
        ("::ffff:10.1.0.0/104", .hostBitsSet(corrected: "10.0.0.0/8")),
        ("::ffff:0:0/80", .hostBitsSet(corrected: "::/80")),
    ])
    func blockIsRefused(text: String, error: CIDRBlock.ParseError) {
        #expect(CIDRBlock.parse(text.utf8) == .failure(error))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", false), ("::/0", "ffff::1", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.0/31", "192.0.2.1", true), ("192.0.2.0/31", "192.0.2.2", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("2001:db8::/64", "2001:db8::ffff:0:0:1", true),
        ("2001:db8::/64", "2001:db8:0:1::1", false),
        ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("::1", "::1", true),
        ("::1", "::2", false),
        ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::/127", "2001:db8::2", false),
    ])
    func blockContains(block: String, address: String, expected: Bool) throws {
        let block = try CIDRBlock.parse(block.utf8).get()
        let address = try #require(IPAddress(parsing: address.utf8))
        #expect(block.contains(address) == expected)
    }

    /// Names that differ in the middle only do not form one chain.
    @Test func namesWithTheSameEndsAreFound() {
        var names = HeaderNames()
        let texts = (10_000..<12_000).map { "x-tenant-\($0)-allowed" }
        let slots = texts.map { names.intern(Array($0.utf8)) }
        #expect(Set(slots).count == texts.count)
        #expect(texts.map { names.slot(of: $0.uppercased().utf8) } == slots)
        #expect(names.slot(of: "x-tenant-12000-allowed".utf8) == .none)
        var places = Set<Int>()
        for text in texts {
            let name = Array(text.utf8)
            let hash = HeaderNames.hash(name, name.indices)
            places.insert(HeaderNames.place(hash) & 4_095)
        }
        // Of 2,000 at random among 4,096 places, 1,580 have one of their own.
        #expect(places.count > 1_400)
    }

    @Test func headerNamesAreFoundInAnyCase() {
        var names = HeaderNames()
        #expect(names.slot(of: "host".utf8) == .none)
        let texts = (0..<100).map { "x-name-\($0)" } + ["cookie"]
        let slots = texts.map { names.intern(Array($0.utf8)) }
        #expect(Set(slots).count == texts.count)
        #expect(names.count == texts.count)
        #expect(texts.map { names.slot(of: $0.uppercased().utf8) } == slots)
        #expect(names.intern(Array("COOKIE".utf8)) == slots.last)
        #expect(names.names.last == Array("cookie".utf8))
        #expect(names.slot(of: "x-name-100".utf8) == .none)

        let head = Array("GET Cookie: a".utf8)
        func found(_ range: Range<Int>) -> HeaderNames.Found {
            names.find(head, range)
        }
        #expect(found(4..<10).slot == slots.last)
        #expect(found(4..<10).kind == .cookie)
        #expect(found(4..<9).slot == .none)
        #expect(found(4..<9).kind == .other)
    }
}
