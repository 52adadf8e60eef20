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
            case .field(let name, let known, let value, let next):
                let refusal = add(
                    bytes, name, known, value, next - 2, maximum, names, &fields, &facts)
                if let refusal { return refusal }
                offset = next
            }
        }
    }

    /// The same of a head whose lines are known. A line that has anything unusual is read as above.
    static func parse(
        _ bytes: [UInt8], lines: HeadLines, maximum: Int, names: HeaderNames,
        into fields: inout [FieldLine], _ facts: inout HeadFacts
    ) -> Refusal? {
        let plain = PlainNames(names)
        var start = Int(lines.ends[0]) + 2
        for number in 1..<lines.count {
            let end = Int(lines.ends[number])
            if let line = WordScan.knownLine(bytes, start, end, plain) {
                let refusal = add(
                    bytes, line.name, line.value, line.found, false, line.isVerbatim, maximum,
                    &fields,
                    &facts)
                if let refusal { return refusal }
            } else {
                switch FieldLineReader.read(bytes, at: start) {
                case .end: return Refusal(400, .badFieldName)
                case .refused(let reason): return Refusal(400, reason)
                case .field(let name, let known, let value, _):
                    let refusal = add(
                        bytes, name, known, value, end, maximum, names, &fields, &facts)
                    if let refusal { return refusal }
                }
            }
            start = end + 2
        }
        return nil
    }

    private static func add(
        _ bytes: [UInt8], _ name: Range<Int>, _ known: NameFacts, _ value: Range<Int>,
        _ end: Int, _ maximum: Int, _ names: HeaderNames, _ fields: inout [FieldLine],
        _ facts: inout HeadFacts
    ) -> Refusal? {
        let isVerbatim =
            !value.isEmpty && value.lowerBound == name.upperBound + 2 && value.upperBound == end
            && bytes[name.upperBound + 1] == 0x20
        return add(
            bytes, ByteRange(name), ByteRange(value), names.find(known.hash, bytes, name),
            known.hasUnderscore, isVerbatim, maximum, &fields, &facts)
    }

    @inline(__always)
    private static func add(
        _ bytes: [UInt8], _ name: ByteRange, _ value: ByteRange, _ found: HeaderNames.Found,
        _ hasUnderscore: Bool, _ isVerbatim: Bool, _ maximum: Int,
        _ fields: inout [FieldLine], _ facts: inout HeadFacts
    ) -> Refusal? {
        guard fields.count < maximum else { return Refusal(431, .tooManyFields) }
        fields.append(
            FieldLine(
                name: name, value: value, slot: found.slot, kind: found.kind,
                hasUnderscore: hasUnderscore, isVerbatim: isVerbatim))
        if found.kind != .other, let reason = facts.note(bytes, found.kind, value: value.indices) {
            return Refusal(400, reason)
        }
        return nil
    }
}
