/// Builds one JSON object on one line into a byte array that keeps its capacity. Bytes from the
/// outside are escaped: control bytes, quotes, DEL, and every byte that is not ASCII as `\u00XX`,
/// so
/// that no input can break a line, a terminal or the encoding.
struct JSONLine {
    private(set) var bytes: [UInt8] = []

    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Closes the object and the line.
    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func key(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        appendLiteral(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func appendLiteral(_ text: StaticString) {
        for scalar in text.description.utf8 { bytes.append(scalar) }
    }

    mutating func add(_ name: StaticString, _ value: some Sequence<UInt8>) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        for byte in value { appendEscaped(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A member whose name is an identifier of the rule file.
    mutating func add(name: String, _ value: [UInt8]) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        for byte in name.utf8 { appendEscaped(byte) }
        bytes += "\":\"".utf8
        for byte in value { appendEscaped(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func add(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        DecimalDigits.append(UInt64(value), to: &bytes)
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x20..<0x7f:
            bytes.append(byte)
        default:
            bytes.append(contentsOf: [0x5c, 0x75, 0x30, 0x30])
            bytes.append(HexDigits.lower[Int(byte >> 4)])
            bytes.append(HexDigits.lower[Int(byte & 15)])
        }
    }
}
