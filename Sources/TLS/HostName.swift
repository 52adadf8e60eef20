/// Names of hosts as bytes.
enum HostName {
    /// ASCII letters in lower case, everything else as it is.
    static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }

    /// The name in the value of a `server_name` extension (RFC 6066 section 3), lower case; nil
    /// when it is malformed or of an unknown kind.
    static func indicated(by value: some RandomAccessCollection<UInt8>) -> [UInt8]? {
        let bytes = Array(value)
        guard bytes.count > 5, bytes[2] == 0 else { return nil }
        let listSize = Int(bytes[0]) << 8 | Int(bytes[1])
        let size = Int(bytes[3]) << 8 | Int(bytes[4])
        guard listSize == bytes.count - 2, size > 0, size <= bytes.count - 5 else { return nil }
        let name = bytes[5..<5 + size]
        guard name.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        return lowercased(name)
    }
}

/// Which of several certificates answers for a name.
struct CertificateChoice: Sendable {
    private var places: [[UInt8]: Int] = [:]

    /// Of each identity, the lower case names of its certificate; `*.x` stands for one label.
    init(_ names: [[[UInt8]]]) {
        for (place, names) in names.enumerated() {
            for name in names where places[name] == nil { places[name] = place }
        }
    }

    /// The place of the identity for a lower case name: an exact name, else a wildcard, else the
    /// first identity.
    func place(for name: [UInt8]) -> Int {
        if let place = places[name] { return place }
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { return 0 }
        return places[[UInt8(ascii: "*")] + name[dot...]] ?? 0
    }
}
