internal import RequestModel

/// The field lines of a head, from after the start line to the end of the head.
enum FieldSection {
    /// Reads the lines of `bytes[offset...]` into `fields` and `facts`. Statuses are those of a
    /// request.
    static func parse(
        _ bytes: [UInt8], from offset: Int, maximum: Int, names: HeaderNames,
        into fields: inout [FieldLine], _ facts: inout HeadFacts
    ) -> Refusal? {
        var offset = offset
        while true {
            switch FieldLineReader.read(bytes, at: offset) {
            case .end(let next):
                // Bytes after the empty line would be part of no message.
                return next == bytes.count ? nil : Refusal(400, .badFieldName)
            case .refused(let reason):
                return Refusal(400, reason)
            case .field(let name, let hasUnderscore, let value, let next):
                guard fields.count < maximum else { return Refusal(431, .tooManyFields) }
                let line = fieldLine(bytes, name, hasUnderscore, value, next - 2, names)
                fields.append(line)
                if let reason = facts.note(bytes, line, at: fields.count - 1) {
                    return Refusal(400, reason)
                }
                offset = next
            }
        }
    }

    /// The same of a head whose lines are known. A line that has anything unusual is read as above.
    static func parse(
        _ bytes: [UInt8], lines: borrowing HeadLines, maximum: Int, names: HeaderNames,
        into fields: inout [FieldLine], _ facts: inout HeadFacts
    ) -> Refusal? {
        guard lines.count <= maximum else {
            let start = lines.startLineEnd + 2
            return parse(
                bytes, from: start, maximum: maximum, names: names, into: &fields, &facts)
        }
        var refusal: Refusal?
        fields.append(addingCapacity: lines.count) { room in
            refusal = WordScan.eachLine(bytes, lines, names) { line, place in
                guard let line else {
                    return readWithCare(bytes, place, names, into: &room, &facts)
                }
                let index = room.count
                room.append(line)
                return facts.note(bytes, line, at: index).map { Refusal(400, $0) }
            }
        }
        return refusal
    }

    /// The line at `place`, without its CRLF.
    private static func readWithCare(
        _ bytes: [UInt8], _ place: Range<Int>, _ names: HeaderNames,
        into room: inout OutputSpan<FieldLine>, _ facts: inout HeadFacts
    ) -> Refusal? {
        switch FieldLineReader.read(bytes, at: place.lowerBound) {
        case .end: return Refusal(400, .badFieldName)
        case .refused(let reason): return Refusal(400, reason)
        case .field(let name, let hasUnderscore, let value, _):
            let line = fieldLine(bytes, name, hasUnderscore, value, place.upperBound, names)
            let index = room.count
            room.append(line)
            return facts.note(bytes, line, at: index).map { Refusal(400, $0) }
        }
    }

    private static func fieldLine(
        _ bytes: [UInt8], _ name: Range<Int>, _ hasUnderscore: Bool, _ value: Range<Int>,
        _ end: Int, _ names: HeaderNames
    ) -> FieldLine {
        let found = names.find(bytes, name)
        let isVerbatim =
            !value.isEmpty && value.lowerBound == name.upperBound + 2 && value.upperBound == end
            && bytes[name.upperBound + 1] == 0x20
        return FieldLine(
            name: ByteRange(name), value: ByteRange(value), slot: found.slot, kind: found.kind,
            hasUnderscore: hasUnderscore, isVerbatim: isVerbatim)
    }
}
