internal import RequestModel

/// Which windows of which texts a gram table looks for. A window is up to eight bytes in a word,
/// the first one lowest.
struct GramPlan {
    /// For each text, the windows to file it under: `stride` in a row.
    private(set) var windows: [[UInt64]]
    /// Bytes of each window; nil where texts of one to three bytes are among them, which are their
    /// own windows, and a window's length stands above its bytes.
    let width: Int?
    /// Every how many bytes of a value a window is looked up.
    private(set) var stride = 1

    static let usualWidth = 4
    static let mostWidth = 8

    /// Looking at fewer windows is as many times faster, unless it leaves texts together that one
    /// window tells apart. `texts` are of at least one byte, in lower case.
    init(_ texts: [ArraySlice<UInt8>], isLong: Bool) {
        let shortest = texts.map(\.count).min() ?? 0
        let most = isLong ? Self.mostWidth : Self.usualWidth
        width = shortest < Self.usualWidth ? nil : min(most, shortest)
        let all = texts.map { [width] in Self.windows(of: $0, width) }
        var counts: [UInt64: Int] = [:]
        counts.reserveCapacity(all.count * 4)
        for windows in all {
            for window in windows { counts[window, default: 0] += 1 }
        }
        let frequencies = all.map { windows in windows.map { counts[$0] ?? 0 } }
        let single = Self.blocks(all, frequencies, stride: 1)
        windows = single.blocks
        guard let width else { return }
        for stride in [4, 2] where shortest >= stride + width - 1 {
            let several = Self.blocks(all, frequencies, stride: stride)
            guard several.largest <= max(2, single.largest) else { continue }
            windows = several.blocks
            self.stride = stride
            return
        }
    }

    static func windows(of text: ArraySlice<UInt8>, _ width: Int?) -> [UInt64] {
        let count = width ?? min(usualWidth, text.count)
        let mark = width == nil ? UInt64(count) << 32 : 0
        return (text.startIndex...text.endIndex - count).map { start in
            var word: UInt64 = 0
            for offset in 0..<count { word |= UInt64(text[start + offset]) << UInt64(8 * offset) }
            return word | mark
        }
    }

    /// The block of each text whose commonest window is the rarest, and how many texts one of the
    /// windows leaves together.
    private static func blocks(
        _ all: [[UInt64]], _ frequencies: [[Int]], stride: Int
    ) -> (blocks: [[UInt64]], largest: Int) {
        var filed: [UInt64: Int] = [:]
        filed.reserveCapacity(all.count * stride)
        var largest = 0
        let blocks = zip(all, frequencies).map { windows, frequencies -> [UInt64] in
            var start = 0
            var rarest = Int.max
            for place in 0...max(0, windows.count - stride) {
                var commonest = 0
                for index in place..<min(place + stride, windows.count) {
                    commonest = max(commonest, frequencies[index])
                }
                if commonest < rarest { (rarest, start) = (commonest, place) }
            }
            let block = Array(windows[start..<min(start + stride, windows.count)])
            for (index, window) in block.enumerated() where !block[..<index].contains(window) {
                let count = filed[window, default: 0] + 1
                filed[window] = count
                largest = max(largest, count)
            }
            return block
        }
        return (blocks, largest)
    }
}
