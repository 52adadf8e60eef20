/// Where the lines of a head end: noted while the head's end is looked for, so that a parser need
/// not look at the values again. Owned by the reader and used for head after head.
package struct HeadLines: ~Copyable, Sendable {
    /// Heads with more lines are read without it.
    static let most = 128

    /// Offsets of the lines' CRs from the head's first byte, without the empty line; what is beyond
    /// `count` is of earlier heads.
    private var room = [UInt32](repeating: 0, count: most)
    /// 0 when nothing is known of the head. Otherwise no byte of it is a control byte but the CRs
    /// and LFs that end lines, and no line but the last one is empty.
    package private(set) var count = 0

    package init() {}

    /// Nothing is known of the next head.
    package mutating func clear() { count = 0 }

    /// Looks for the end of the head that begins at `start`; nil if it is not there, or if the head
    /// is not as plain as the lines promise.
    mutating func scan(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int? {
        count = 0
        guard let found = WordScan.plainHead(bytes, start, end, into: &room) else { return nil }
        count = found.lines
        return found.end
    }

    /// Where the lines of the head end, without the empty one.
    var ends: ArraySlice<UInt32> { room[..<count] }

    /// Where the start line ends; there is one.
    var startLineEnd: Int { Int(room[0]) }

    /// Whether the lines are those of a head of so many bytes.
    func fit(_ size: Int) -> Bool { count > 0 && Int(room[count - 1]) + 4 == size }
}
