internal import RequestModel

/// One line of a field section (RFC 9112 section 5), read strictly.
enum FieldLineReader {
    enum Line {
        /// `value` is without the white space around it; `next` is the offset after the CRLF.
        case field(name: Range<Int>, hasUnderscore: Bool, value: Range<Int>, next: Int)
        /// The empty line; `next` is the offset after it.
        case end(next: Int)
        case refused(RefusalReason)
    }

    /// Reads the line that begins at `offset`.
    static func read(_ bytes: [UInt8], at offset: Int) -> Line {
        let scanned = WordScan.name(bytes, offset, bytes.count)
        var index = scanned.end
        guard index < bytes.count else { return .refused(.badFieldName) }
        if index == offset { return readWithoutName(bytes, at: offset) }
        guard bytes[index] == 0x3A else { return .refused(lineFault(bytes, index, .badFieldName)) }
        let name = offset..<index
        index += 1
        let valueStart = index
        repeat {
            index = WordScan.firstControl(bytes, index, bytes.count)
            // A tab is the one control byte that a value may hold.
            guard index < bytes.count, bytes[index] == 0x09 else { break }
            index += 1
        } while true
        guard isLineEnd(bytes, index) else {
            return .refused(lineFault(bytes, index, .badFieldValue))
        }
        return .field(
            name: name, hasUnderscore: scanned.hasUnderscore,
            value: FieldText.trimmed(bytes, valueStart..<index), next: index + 2)
    }

    /// A line that begins with no name: the end, a folded line (RFC 9112 section 5.2) or a fault.
    private static func readWithoutName(_ bytes: [UInt8], at offset: Int) -> Line {
        if isLineEnd(bytes, offset) { return .end(next: offset + 2) }
        if FieldText.isBlank(bytes[offset]) { return .refused(.foldedField) }
        return .refused(lineFault(bytes, offset, .badFieldName))
    }

    /// Whether CRLF is at `index`.
    static func isLineEnd(_ bytes: [UInt8], _ index: Int) -> Bool {
        index + 1 < bytes.count && bytes[index] == 0x0D && bytes[index + 1] == 0x0A
    }

    /// The fault of the byte at `index`: half of a line end has a name of its own, anything else is
    /// `other`.
    static func lineFault(
        _ bytes: [UInt8], _ index: Int, _ other: RefusalReason
    ) -> RefusalReason {
        guard index < bytes.count, !isLineEnd(bytes, index) else { return other }
        switch bytes[index] {
        case 0x0A: return .bareLineFeed
        case 0x0D: return .bareCarriageReturn
        default: return other
        }
    }
}
