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
            if let line = WordScan.plainLine(bytes, offset, bytes.count) {
                let refusal = add(
                    bytes, offset..<line.nameEnd, line.facts, line.valueStart..<line.valueEnd,
                    maximum, names, &fields, &facts)
                if let refusal { return refusal }
                offset = line.next
                continue
            }
            switch FieldLineReader.read(bytes, at: offset) {
            case .end(let next):
                // Bytes after the empty line would be part of no message.
                return next == bytes.count ? nil : Refusal(400, .badFieldName)
            case .refused(let reason):
                return Refusal(400, reason)
            case .field(let name, let known, let value, let next):
                let refusal = add(bytes, name, known, value, maximum, names, &fields, &facts)
                if let refusal { return refusal }
                offset = next
            }
        }
    }

    @inline(__always)
    private static func add(
        _ bytes: [UInt8], _ name: Range<Int>, _ known: NameFacts, _ value: Range<Int>,
        _ maximum: Int, _ names: HeaderNames, _ fields: inout [FieldLine],
        _ facts: inout HeadFacts
    ) -> Refusal? {
        guard fields.count < maximum else { return Refusal(431, .tooManyFields) }
        let found = names.find(known.hash, bytes, name)
        fields.append(
            FieldLine(
                name: ByteRange(name), value: ByteRange(value), slot: found.slot,
                kind: found.kind, hasUnderscore: known.hasUnderscore))
        if found.kind != .other, let reason = facts.note(bytes, found.kind, value: value) {
            return Refusal(400, reason)
        }
        return nil
    }
}
