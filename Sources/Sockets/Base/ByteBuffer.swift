internal import CLanes

/// Bytes on their way out: heads and log lines are built here piece by piece, into memory that is
/// used again. Appending to an Array costs a uniqueness check and a call for each piece, which was
/// an eighth of a request's instructions; here it is a comparison and a copy.
@safe @usableFromInline package struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer?
    @usableFromInline var room: Int
    /// Bytes in the buffer.
    @usableFromInline package var count: Int

    /// Without memory until the first byte.
    @inlinable package init() {
        unsafe base = nil
        room = 0
        count = 0
    }

    deinit { unsafe base?.deallocate() }

    @inlinable package var isEmpty: Bool { count == 0 }

    /// Forgets the bytes, and memory beyond `limit`: one great answer must not stay for ever.
    @inlinable package mutating func removeAll(keepingUpTo limit: Int) {
        count = 0
        if room > limit { release() }
    }

    @usableFromInline mutating func release() {
        unsafe base?.deallocate()
        unsafe base = nil
        room = 0
    }

    @inlinable @inline(__always) mutating func reserve(_ more: Int) {
        if room &- count < more { grow(more) }
    }

    @usableFromInline mutating func grow(_ more: Int) {
        let wanted = max(count + more, room * 2, 4_096)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        if let base = unsafe base {
            unsafe larger.copyMemory(from: base, byteCount: count)
            unsafe base.deallocate()
        }
        unsafe base = larger
        room = wanted
    }

    @inlinable package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base.unsafelyUnwrapped.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// A range of an array.
    @inlinable package mutating func append(_ source: [UInt8], in range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
        let size = range.upperBound &- range.lowerBound
        guard size > 0 else { return }
        reserve(size)
        unsafe source.withUnsafeBytes { bytes in
            unsafe Self.copy(
                bytes.baseAddress.unsafelyUnwrapped + range.lowerBound,
                to: base.unsafelyUnwrapped + count, size)
        }
        count &+= size
    }

    /// Most pieces of a head or a log line are short: words that overlap hold them, while a call of
    /// `memcpy` takes 40 instructions to find that out.
    @inlinable @inline(__always)
    static func copy(_ source: UnsafeRawPointer, to place: UnsafeMutableRawPointer, _ size: Int) {
        if size > 64 {
            unsafe place.copyMemory(from: source, byteCount: size)
        } else if size > 32 {
            unsafe copyEnds(source, to: place, size, SIMD32<UInt8>.self)
        } else if size >= 16 {
            unsafe copyEnds(source, to: place, size, SIMD16<UInt8>.self)
        } else if size >= 8 {
            unsafe copyEnds(source, to: place, size, UInt64.self)
        } else if size >= 4 {
            unsafe copyEnds(source, to: place, size, UInt32.self)
        } else {
            for index in 0..<size {
                let byte = unsafe source.load(fromByteOffset: index, as: UInt8.self)
                unsafe place.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
            }
        }
    }

    /// The first and the last bytes of a piece of one to two `Word`s.
    @inlinable @inline(__always)
    static func copyEnds<Word: BitwiseCopyable>(
        _ source: UnsafeRawPointer, to place: UnsafeMutableRawPointer, _ size: Int, _: Word.Type
    ) {
        let last = size &- MemoryLayout<Word>.size
        let head = unsafe source.loadUnaligned(as: Word.self)
        let tail = unsafe source.loadUnaligned(fromByteOffset: last, as: Word.self)
        unsafe place.storeBytes(of: head, as: Word.self)
        unsafe place.storeBytes(of: tail, toByteOffset: last, as: Word.self)
    }

    /// A whole array.
    @inlinable package mutating func append(all source: [UInt8]) {
        append(source, in: 0..<source.count)
    }

    /// The decimal digits of a number.
    @inlinable package mutating func append(decimal value: UInt64) {
        reserve(20)
        guard value >= 10 else {
            unsafe base.unsafelyUnwrapped.storeBytes(
                of: UInt8(truncatingIfNeeded: value) | 0x30, toByteOffset: count, as: UInt8.self)
            count &+= 1
            return
        }
        let end = count &+ Self.digits(value)
        var rest = value
        var offset = end
        repeat {
            offset &-= 1
            let tenth = rest / 10
            let digit = UInt8(truncatingIfNeeded: rest &- tenth &* 10) | 0x30
            unsafe base.unsafelyUnwrapped.storeBytes(
                of: digit, toByteOffset: offset, as: UInt8.self)
            rest = tenth
        } while rest > 0
        count = end
    }

    /// An IPv4 address as `a.b.c.d`, its first octet highest.
    @inlinable package mutating func append(dottedDecimal address: UInt32) {
        reserve(16)
        let start = unsafe base.unsafelyUnwrapped
        var rest = address
        for _ in 0..<4 {
            let octet = rest &>> 24
            rest = rest &<< 8
            let tens = octet / 10
            if octet >= 100 {
                unsafe start.storeBytes(
                    of: UInt8(truncatingIfNeeded: tens / 10) | 0x30, toByteOffset: count,
                    as: UInt8.self)
                count &+= 1
            }
            if octet >= 10 {
                unsafe start.storeBytes(
                    of: UInt8(truncatingIfNeeded: tens % 10) | 0x30, toByteOffset: count,
                    as: UInt8.self)
                count &+= 1
            }
            // A digit and "." behind it: the last one is taken away below.
            unsafe start.storeBytes(
                of: UInt8(truncatingIfNeeded: octet &- tens &* 10) | 0x30, toByteOffset: count,
                as: UInt8.self)
            unsafe start.storeBytes(of: 0x2e, toByteOffset: count &+ 1, as: UInt8.self)
            count &+= 2
        }
        count &-= 1
    }

    @inlinable static func digits(_ value: UInt64) -> Int {
        if value < 10 { return 1 }
        if value < 100 { return 2 }
        if value < 1_000 { return 3 }
        if value < 10_000 { return 4 }
        if value < 100_000 { return 5 }
        var digits = 5
        var rest = value / 100_000
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return digits
    }

    /// A text of the program, without the check that a global array costs at each use. Where it is
    /// inlined the size is known, and the copy is a few stores.
    @inlinable @inline(__always) package mutating func append(_ text: StaticString) {
        let size = text.utf8CodeUnitCount
        reserve(size)
        unsafe (base.unsafelyUnwrapped + count).copyMemory(from: text.utf8Start, byteCount: size)
        count &+= size
    }

    /// How many bytes from `start` on need no escape in a JSON string or a quoted log field: they
    /// are visible ASCII or spaces, but no quote and no backslash.
    @usableFromInline static func clean(_ source: [UInt8], _ start: Int, _ end: Int) -> Int {
        unsafe source.withUnsafeBytes { bytes in
            let width = MemoryLayout<clanes_block>.size
            var index = start
            while index < end, bytes.count >= width {
                // A block at the end of the array has bytes that have been seen before.
                let place = min(index, bytes.count &- width)
                let block = unsafe bytes.loadUnaligned(
                    fromByteOffset: place, as: clanes_block.self)
                let odd =
                    ~clanes_within(block, 0x20, 0x7E) & 0xFFFF | clanes_equal(block, 0x22)
                    | clanes_equal(block, 0x5C)
                let found = odd &>> UInt32(truncatingIfNeeded: index &- place)
                if found != 0 { return min(index &+ found.trailingZeroBitCount, end) }
                index = place &+ width
            }
            while index < end, unsafe isClean(bytes[index]) { index += 1 }
            return min(index, end)
        }
    }

    /// Whether a byte needs no escape, as above.
    @inlinable package static func isClean(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
    }

    /// Appends what needs no escape, and answers where the first byte is that needs one.
    @inlinable package mutating func append(
        cleanOf source: [UInt8], in range: Range<Int>
    ) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
        let end = Self.clean(source, range.lowerBound, range.upperBound)
        append(source, in: range.lowerBound..<end)
        return end
    }

    /// A number as hexadecimal digits without leading zeros.
    @inlinable package mutating func append(size value: Int) {
        // As a chunk's size, 0 would end the body.
        precondition(value > 0)
        var shift = (Int.bitWidth - value.leadingZeroBitCount + 3) / 4 * 4
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 15
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    /// Takes the last byte away.
    @inlinable package mutating func removeLast() {
        precondition(count > 0)
        count -= 1
    }

    /// Appends the bytes to an array.
    package func copy(to array: inout [UInt8]) { copy(0..<count, to: &array) }

    /// Appends a range of the bytes to an array.
    package func copy(_ range: Range<Int>, to array: inout [UInt8]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        guard let base = unsafe base, !range.isEmpty else { return }
        unsafe array.append(
            contentsOf: UnsafeRawBufferPointer(
                start: base + range.lowerBound, count: range.count))
    }

    /// Lends the bytes to a system call of this module.
    @inline(__always)
    func withBytes<R>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        guard let base = unsafe base else {
            return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return unsafe body(
            UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }
}
