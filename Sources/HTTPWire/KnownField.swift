/// The fields that decide how a message is read; every other field is only carried.
enum KnownField {
    case contentLength, transferEncoding, connection, expect

    /// The field that the name in `bytes[range]` (any case) is. The length tells most apart.
    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        switch range.count {
        case 14 where FieldText.equalsIgnoringCase(bytes[range], Self.contentLengthName):
            self = .contentLength
        case 17 where FieldText.equalsIgnoringCase(bytes[range], Self.transferEncodingName):
            self = .transferEncoding
        case 10 where FieldText.equalsIgnoringCase(bytes[range], Self.connectionName):
            self = .connection
        case 6 where FieldText.equalsIgnoringCase(bytes[range], Self.expectName):
            self = .expect
        default:
            return nil
        }
    }

    static let contentLengthName = Array("content-length".utf8)
    static let transferEncodingName = Array("transfer-encoding".utf8)
    private static let connectionName = Array("connection".utf8)
    private static let expectName = Array("expect".utf8)
}
