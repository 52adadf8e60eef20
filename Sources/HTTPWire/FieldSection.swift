internal import RequestModel

/// The field lines of a head, from after the start line to the end of the head.
enum FieldSection {
    /// Reads the lines of `bytes[offset...]` into `fields` and `facts`. Statuses are those of a
    /// request. Not inlined: few heads are read so, and it is long.
    @inline(never)
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

    /// The same; a head whose lines are known is read by them. A line that has anything unusual is
    /// read as above.
    static func parse(
        _ bytes: [UInt8], from offset: Int, lines: borrowing HeadLines, maximum: Int,
        names: HeaderNames, into fields: inout [FieldLine], _ facts: inout HeadFacts
    ) -> Refusal? {
        guard lines.fit(bytes.count), lines.count <= maximum else {
            return parse(
                bytes, from: offset, maximum: maximum, names: names, into: &fields, &facts)
        }
        var refusal: Refusal?
        fields.append(addingCapacity: lines.count) { room in
            let special = WordScan.readLines(bytes, lines, names, into: &room)
            for index in special.members(of: room.count) {
                guard let reason = judge(bytes, names, &room, index, &facts) else { continue }
                refusal = Refusal(400, reason)
                break
            }
        }
        return refusal
    }

    /// Takes note of the line with the number `index`, after reading it with care if it has not
    /// been read. After a refusal the lines behind the fault are gone.
    private static func judge(
        _ bytes: [UInt8], _ names: HeaderNames, _ fields: inout OutputSpan<FieldLine>,
        _ index: Int, _ facts: inout HeadFacts
    ) -> RefusalReason? {
        if fields[index].name.isEmpty {
            let place = fields[index].value.indices
            switch FieldLineReader.read(bytes, at: place.lowerBound) {
            case .field(let name, let hasUnderscore, let value, _):
                fields[index] = fieldLine(
                    bytes, name, hasUnderscore, value, place.upperBound, names)
            case .end:
                fields.removeLast(fields.count - index)
                return .badFieldName
            case .refused(let reason):
                fields.removeLast(fields.count - index)
                return reason
            }
        }
        let reason = facts.note(bytes, fields[index], at: index)
        if reason != nil { fields.removeLast(fields.count - index - 1) }
        return reason
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
