internal import RequestModel

/// What a reader must know of names: how many of each kind have a slot, and which is which.
struct FieldNames: Sendable {
    var headerCount: Int
    var cookieCount: Int
    var queryCount: Int
    /// The slot of the header Cookie, if rules name it.
    var cookieHeader: FieldSlot
    var cookieSlots: KeyRegion
    var querySlots: KeyRegion
}

extension FieldReader {
    // MARK: - Headers

    mutating func indexHeaders(_ view: borrowing RequestView) {
        guard headerStamp != generation else { return }
        headerStamp = generation
        presentHeaders.removeAll()
        for index in 0..<view.fields.count {
            let slot = Int(view.fields[index].slot.index)
            guard slot < headers.count else { continue }
            if headers[slot].stamp == generation {
                headers[slot].lineCount += 1
            } else {
                headers[slot] = HeaderState(
                    stamp: generation, firstLine: UInt32(index), lineCount: 1)
                presentHeaders.append(UInt32(slot))
            }
        }
    }

    mutating func readHeader(_ term: LoweredTerm, _ view: borrowing RequestView) {
        indexHeaders(view)
        guard Int(term.argument) < headers.count else { return }
        let state = headers[Int(term.argument)]
        guard state.stamp == generation else { return }
        if term.isAny { return readMembers(state, view) }
        let first = Int(state.firstLine)
        if state.lineCount == 1 { return append(.text(view.fields[first].value)) }
        let slot = view.fields[first].slot
        let separator = slot == names.cookieHeader ? UInt8(ascii: ";") : UInt8(ascii: ",")
        let start = arena.count
        for index in first..<view.fields.count where view.fields[index].slot == slot {
            if index > first {
                arena.append(separator)
                arena.append(UInt8(ascii: " "))
            }
            arena.append(contentsOf: view.bytes[view.fields[index].value.indices])
        }
        append(.derived(start..<arena.count))
    }

    /// Cookie lines are no lists: each is one member.
    private mutating func readMembers(_ state: HeaderState, _ view: borrowing RequestView) {
        let first = Int(state.firstLine)
        let slot = view.fields[first].slot
        for index in first..<view.fields.count where view.fields[index].slot == slot {
            let value = view.fields[index].value
            if slot == names.cookieHeader {
                if !value.isEmpty { append(.text(value)) }
                continue
            }
            var members = ListMembers(view.bytes, value.indices)
            while let member = members.next() { append(.text(member)) }
        }
    }

    // MARK: - Cookies

    mutating func splitCookies(_ view: borrowing RequestView) {
        if cookies.isSplit(generation) { return }
        for index in 0..<view.fields.count {
            let line = view.fields[index]
            if line.kind == .cookie { splitCookies(view.bytes, line.value.indices) }
        }
    }

    private mutating func splitCookies(_ bytes: [UInt8], _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = Bytes.first(UInt8(ascii: ";"), bytes, start..<range.upperBound)
            let equals = Bytes.first(UInt8(ascii: "="), bytes, start..<end)
            if equals < end {
                let name = Self.trimmed(bytes, start..<equals)
                let slot =
                    name.isEmpty
                    ? absent : tables.keys.find(names.cookieSlots, bytes, name, tables.literals)
                if slot != absent {
                    cookies.add(slot, .text(Self.trimmed(bytes, equals + 1..<end)))
                }
            }
            start = end + 1
        }
    }

    private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, bytes[lower] == 0x20 || bytes[lower] == 0x09 { lower += 1 }
        while lower < upper, bytes[upper - 1] == 0x20 || bytes[upper - 1] == 0x09 { upper -= 1 }
        return lower..<upper
    }

    // MARK: - Query parameters

    mutating func splitQuery(_ view: borrowing RequestView) {
        if parameters.isSplit(generation) { return }
        guard let query = view.query else { return }
        let end = Int(query.end)
        var start = Int(query.start)
        while start < end {
            let stop = Bytes.first(UInt8(ascii: "&"), view.bytes, start..<end)
            if stop > start {
                let nameEnd = Bytes.first(UInt8(ascii: "="), view.bytes, start..<stop)
                let slot = parameterSlot(view.bytes, start..<nameEnd)
                if slot != absent {
                    let value = decoded(view.bytes.span, min(nameEnd + 1, stop)..<stop)
                    parameters.add(slot, value)
                }
            }
            start = stop + 1
        }
    }

    private mutating func parameterSlot(_ bytes: [UInt8], _ name: Range<Int>) -> UInt32 {
        let mark = arena.count
        let value = decoded(bytes.span, name)
        guard value.kind == .derived else {
            return tables.keys.find(names.querySlots, bytes, name, tables.literals)
        }
        let slot = tables.keys.find(names.querySlots, arena, value.range, tables.literals)
        arena.removeSubrange(mark...)
        return slot
    }

    /// The range itself where nothing is encoded, else decoded bytes in the arena.
    private mutating func decoded(_ bytes: Span<UInt8>, _ range: Range<Int>) -> LoweredValue {
        var plain = range.lowerBound
        while plain < range.upperBound, bytes[plain] != UInt8(ascii: "%"),
            bytes[plain] != UInt8(ascii: "+")
        {
            plain += 1
        }
        guard plain < range.upperBound else { return .text(range) }
        let mark = arena.count
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "%"), range.upperBound - index >= 2,
                let high = Self.hexValue(bytes[index]), let low = Self.hexValue(bytes[index + 1])
            {
                arena.append(high << 4 | low)
                index += 2
            } else {
                arena.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return .derived(mark..<arena.count)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
