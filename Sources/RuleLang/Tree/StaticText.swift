internal import RequestModel

/// Texts that requests have without spelling them, at most 8 bytes each.
struct StaticText {
    private let word: UInt64
    private let count: Int

    private init(_ text: StaticString) {
        var word: UInt64 = 0
        var count = 0
        for byte in text.description.utf8 {
            word |= UInt64(byte) << UInt64(8 * count)
            count += 1
        }
        self.word = word
        self.count = count
    }

    static let http = StaticText("http")
    static let https = StaticText("https")
    private static let version10 = StaticText("1.0")
    private static let version11 = StaticText("1.1")
    private static let version2 = StaticText("2")
    private static let version3 = StaticText("3")

    static func of(_ version: HTTPVersion) -> StaticText {
        switch version {
        case .http10: version10
        case .http11: version11
        case .http2: version2
        case .http3: version3
        }
    }

    func append(to bytes: inout [UInt8]) {
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index)))
        }
    }
}
