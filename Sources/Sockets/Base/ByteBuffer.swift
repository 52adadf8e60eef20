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
        if !hasRoom(for: more) { grow(more) }
    }

    /// What is called often asks this first and leaves growing to a function that it ends with:
    /// then it needs no registers that outlast a call, and saves none.
    @inlinable @inline(__always) func hasRoom(for more: Int) -> Bool { room &- count >= more }

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

    /// Writes a word behind the last byte, where there must be room for it; what of it belongs to
    /// the buffer is for `count` to say.
    @inlinable @inline(__always) func put<Word: BitwiseCopyable>(_ word: Word) {
        unsafe base.unsafelyUnwrapped.storeBytes(of: word, toByteOffset: count, as: Word.self)
    }

    @inlinable package mutating func append(_ byte: UInt8) {
        reserve(1)
        put(byte)
        count &+= 1
    }

    /// A range of an array.
    @inlinable package mutating func append(_ source: [UInt8], in range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
        let size = range.upperBound &- range.lowerBound
        guard size > 0 else { return }
        guard hasRoom(for: size) else { return growAndAppend(source, range) }
        let place = unsafe base.unsafelyUnwrapped + count
        count &+= size
        unsafe source.withUnsafeBytes { bytes in
            unsafe Self.copy(
                bytes.baseAddress.unsafelyUnwrapped + range.lowerBound, to: place, size)
        }
    }

    @usableFromInline @inline(never)
    mutating func growAndAppend(_ source: [UInt8], _ range: Range<Int>) {
        grow(range.count)
        append(source, in: range)
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

    /// A text of the program, without the check that a global array costs at each use. Where it is
    /// inlined the size is known, and the copy is a few stores.
    @inlinable @inline(__always) package mutating func append(_ text: StaticString) {
        let size = text.utf8CodeUnitCount
        reserve(size)
        unsafe (base.unsafelyUnwrapped + count).copyMemory(from: text.utf8Start, byteCount: size)
        count &+= size
    }

    /// Whether a byte needs no escape in a JSON string or a quoted log field: it is visible ASCII
    /// or a space, but no quote and no backslash.
    @inlinable package static func isClean(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
    }

    /// Appends the bytes of a range up to the first one that needs an escape, and answers where
    /// that one is, or the range's end.
    package mutating func append(cleanOf source: [UInt8], in range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
        let width = MemoryLayout<clanes_block>.size
        // Blocks are copied whole before it is known how much of them counts.
        guard hasRoom(for: range.count &+ width) else {
            return growAndAppend(cleanOf: source, range)
        }
        let end = unsafe source.withUnsafeBytes { bytes in
            let place = unsafe base.unsafelyUnwrapped + (count &- range.lowerBound)
            var index = range.lowerBound
            let blocksEnd = min(range.upperBound, bytes.count &- width &+ 1)
            while index < blocksEnd {
                let block = unsafe bytes.loadUnaligned(
                    fromByteOffset: index, as: clanes_block.self)
                unsafe place.storeBytes(of: block, toByteOffset: index, as: clanes_block.self)
                let clean = Self.cleanLanes(block)
                index &+= clean
                if clean < width { return min(index, range.upperBound) }
            }
            // The array may end within a block.
            while index < range.upperBound, unsafe Self.isClean(bytes[index]) {
                unsafe place.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
                index &+= 1
            }
            return min(index, range.upperBound)
        }
        count &+= end &- range.lowerBound
        return end
    }

    @inline(never)
    private mutating func growAndAppend(cleanOf source: [UInt8], _ range: Range<Int>) -> Int {
        grow(range.count + MemoryLayout<clanes_block>.size)
        return append(cleanOf: source, in: range)
    }

    /// How many bytes at the beginning of a block need no escape.
    private static func cleanLanes(_ block: clanes_block) -> Int {
        let odd =
            ~clanes_within(block, 0x20, 0x7E) | clanes_equal(block, 0x22)
            | clanes_equal(block, 0x5C)
        return odd.trailingZeroBitCount
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

    /// Where a byte is for the first time at or behind `start`.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        unsafe withBytes(start..<count) { bytes in
            unsafe bytes.firstIndex(of: byte).map { $0 + start }
        }
    }

    /// Lends the bytes to a system call of this module.
    @inlinable @inline(__always)
    func withBytes<R>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        guard let base = unsafe base else {
            return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return unsafe body(
            UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }
}
