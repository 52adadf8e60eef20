internal import CLanes
internal import RequestModel

/// Heads without anything unusual, which nearly all are. With `plainHead` and `readLines` a
/// browser's head takes a tenth of the instructions that a look at each byte took
/// ([decision 14](../../docs/decisions/0014-vectors-by-masks.md)).
extension WordScan {
    /// The end of the head that begins at `start` and the number of its lines, whose ends are
    /// written to `ends` as offsets from `start`; nil if it is not complete, has more lines than
    /// `ends` holds, or has a control byte beside the CRLFs of its lines, and for an array of fewer
    /// bytes than are looked at together.
    static func plainHead(
        _ bytes: [UInt8], _ start: Int, _ end: Int, into ends: inout [UInt32]
    ) -> (end: Int, lines: Int)? {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        guard bytes.count >= maskWidth, start < end else { return nil }
        return unsafe bytes.withUnsafeBytes { room in
            unsafe ends.withUnsafeMutableBufferPointer { ends in
                unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: masksAtOnce) {
                    unsafe plainHead(room, start, end, ends, masks: $0)
                }
            }
        }
    }

    private static func plainHead(
        _ room: UnsafeRawBufferPointer, _ start: Int, _ end: Int,
        _ ends: UnsafeMutableBufferPointer<UInt32>, masks: UnsafeMutableBufferPointer<UInt64>
    ) -> (end: Int, lines: Int)? {
        var found = PlainLines(start: start)
        var place = start
        while place < end {
            let count = unsafe controls(room, place, end, into: masks)
            var number = 0
            while number < count {
                switch unsafe found.note(masks[number], at: place, room, ends) {
                case .goesOn: place &+= maskWidth
                case .odd: return nil
                case .end(let offset): return (offset, found.count)
                }
                number &+= 1
            }
        }
        return nil
    }

    /// Bytes of a mask, and the masks that are made at once: a body may be behind a head.
    private static var maskWidth: Int { 64 }
    private static var masksAtOnce: Int { 8 }

    /// Masks of the control bytes from `place` on, as many as `masks` holds or `end` asks for;
    /// returns how many. One that is the last byte before `end` is left out: the second byte of a
    /// line end would not be there.
    @inline(__always)
    private static func controls(
        _ room: UnsafeRawBufferPointer, _ place: Int, _ end: Int,
        into masks: UnsafeMutableBufferPointer<UInt64>
    ) -> Int {
        guard let base = room.baseAddress, let first = masks.baseAddress else {
            return 0
        }
        let left = end &- place
        let count = min(masksAtOnce, (left &+ maskWidth &- 1) &>> 6)
        let whole = min(count, (room.count &- place) &>> 6)
        unsafe clanes_controls(base + place, whole, first)
        if whole < count {
            // The array ends before the last mask does: bytes before it are seen again.
            let last = room.count &- maskWidth
            unsafe clanes_controls(base + last, 1, first + whole)
            let seen = place &+ whole &* maskWidth &- last
            unsafe masks[whole] &>>= UInt64(truncatingIfNeeded: seen)
        }
        let beyond = count &* maskWidth &- left
        if beyond >= 0 {
            unsafe masks[count &- 1] &=
                (UInt64.max &>> 1) &>> UInt64(truncatingIfNeeded: beyond)
        }
        return count
    }

    /// The lines of a plain head so far.
    private struct PlainLines {
        enum Step {
            case goesOn, odd
            case end(Int)
        }

        let start: Int
        var count = 0
        private var lineStart: Int

        init(start: Int) {
            self.start = start
            lineStart = start
        }

        /// Takes the mask of the control bytes from `place` on. Two bytes can be read at each.
        @inline(__always)
        mutating func note(
            _ mask: UInt64, at place: Int, _ room: UnsafeRawBufferPointer,
            _ ends: UnsafeMutableBufferPointer<UInt32>
        ) -> Step {
            // The first byte may be the LF of a line end that is known.
            var controls = mask & ~(lineStart > place ? 1 : 0)
            while controls != 0 {
                let offset = place &+ controls.trailingZeroBitCount
                guard
                    unsafe room.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                        == UInt16(littleEndian: 0x0A0D)
                else { return .odd }
                if offset == lineStart { return count > 0 ? .end(offset &+ 2) : .odd }
                guard count < ends.count else { return .odd }
                unsafe ends[count] = UInt32(truncatingIfNeeded: offset &- start)
                count &+= 1
                lineStart = offset &+ 2
                // Without the CR and the LF, which may be in the next mask.
                controls &= controls &- 1
                controls &= controls &- 1
            }
            return .goesOn
        }
    }

    /// The eight bytes from `offset` on, the first one lowest; nil beyond the end.
    @inline(__always)
    static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64? {
        guard offset >= 0, offset <= bytes.count - 8 else { return nil }
        return unsafe bytes.withUnsafeBytes { room in
            UInt64(
                littleEndian: unsafe room.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    /// The offset of the first space of `start..<end`; `end` if there is none.
    @inline(__always)
    static func firstSpace(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        return unsafe bytes.withUnsafeBytes { room in
            var index = start
            while index &+ blockWidth <= end {
                let found = clanes_equal(unsafe loaded(room, index), 0x20)
                if found != 0 { return index &+ found.trailingZeroBitCount }
                index &+= blockWidth
            }
            while index < end, unsafe room[index] != 0x20 { index &+= 1 }
            return index
        }
    }

    static var blockWidth: Int { MemoryLayout<clanes_block>.size }

    @inline(__always)
    static func loaded(_ room: UnsafeRawBufferPointer, _ offset: Int) -> clanes_block {
        unsafe room.loadUnaligned(fromByteOffset: offset, as: clanes_block.self)
    }
}
