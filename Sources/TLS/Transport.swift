/// The two directions of ciphertext: what is lent by the running call, and what an earlier call
/// could not use because there was no room for its plaintext.
@safe struct Transport {
    private var kept: [UInt8] = []
    private var keptOffset = 0
    private var lent: UnsafeBufferPointer<UInt8>?
    private var lentOffset = 0
    private var output: UnsafeMutablePointer<[UInt8]>?

    /// More than this is given back once it is read.
    private static let capacityToKeep = 32 << 10

    var hasInput: Bool { keptOffset < kept.count }

    mutating func begin(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutablePointer<[UInt8]>
    ) {
        unsafe lent = unsafe input
        lentOffset = 0
        unsafe self.output = unsafe output
    }

    mutating func end() {
        compact()
        if let lent = unsafe lent, lentOffset < lent.count {
            unsafe kept.append(contentsOf: UnsafeBufferPointer(rebasing: lent[lentOffset...]))
        }
        unsafe lent = nil
        unsafe output = nil
    }

    mutating func dropInput() {
        kept = []
        keptOffset = 0
    }

    mutating func read(into destination: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        if hasInput {
            let taken = min(count, kept.count - keptOffset)
            unsafe kept.withUnsafeBytes { bytes in
                let source = unsafe UnsafeRawBufferPointer(rebasing: bytes[keptOffset...])
                unsafe UnsafeMutableRawPointer(destination).copyMemory(
                    from: source.baseAddress!, byteCount: taken)
            }
            keptOffset += taken
            return taken
        }
        guard let lent = unsafe lent, let start = lent.baseAddress else { return 0 }
        let taken = min(count, lent.count - lentOffset)
        unsafe UnsafeMutableRawPointer(destination).copyMemory(
            from: start + lentOffset, byteCount: taken)
        lentOffset += taken
        return taken
    }

    func write(_ source: UnsafePointer<CChar>, _ count: Int) -> Bool {
        guard let output = unsafe output else { return false }
        unsafe output.pointee.append(
            contentsOf: UnsafeRawBufferPointer(start: source, count: count))
        return true
    }

    /// Moves what is left to the front only when it is the smaller half, so that many small pieces
    /// cost no more than their bytes.
    private mutating func compact() {
        if !hasInput {
            if !kept.isEmpty {
                kept.removeAll(keepingCapacity: kept.capacity <= Self.capacityToKeep)
            }
            keptOffset = 0
        } else if keptOffset > kept.count / 2 {
            kept.removeFirst(keptOffset)
            keptOffset = 0
        }
    }
}
