/// Which windows of which texts a gram table looks for.
struct GramPlan {
    /// For each text, the windows to file it under: `stride` in a row.
    private(set) var windows: [[[UInt8]]] = []
    /// Every how many bytes of a value a window is looked up.
    private(set) var stride = 1

    /// Looking at fewer windows is as many times faster, unless it leaves texts together that one
    /// window tells apart.
    init(_ texts: [[UInt8]]) {
        var counts: [[UInt8]: Int] = [:]
        for text in texts {
            for window in Self.windows(of: text) { counts[window, default: 0] += 1 }
        }
        let shortest = texts.map(\.count).min() ?? 0
        let single = Self.blocks(texts, counts, stride: 1)
        windows = single.blocks
        for stride in [4, 2] where shortest >= stride + 3 {
            let several = Self.blocks(texts, counts, stride: stride)
            guard several.largest <= max(2, single.largest) else { continue }
            windows = several.blocks
            self.stride = stride
            return
        }
    }

    /// Four bytes each; a shorter text is its own window.
    private static func windows(of text: [UInt8]) -> [[UInt8]] {
        let count = min(4, text.count)
        guard count > 0 else { return [] }
        return (0...text.count - count).map { Array(text[$0..<$0 + count]) }
    }

    /// The block of each text whose commonest window is the rarest, and how many texts one of the
    /// windows leaves together.
    private static func blocks(
        _ texts: [[UInt8]], _ counts: [[UInt8]: Int], stride: Int
    ) -> (blocks: [[[UInt8]]], largest: Int) {
        var filed: [[UInt8]: Int] = [:]
        let blocks = texts.map { text -> [[UInt8]] in
            let windows = windows(of: text)
            let frequencies = windows.map { counts[$0] ?? 0 }
            let starts = 0...max(0, windows.count - stride)
            let best = starts.min { a, b in
                frequencies[a..<min(a + stride, windows.count)].max() ?? 0
                    < frequencies[b..<min(b + stride, windows.count)].max() ?? 0
            }
            let start = best ?? 0
            let block = Array(windows[start..<min(start + stride, windows.count)])
            for window in Set(block) { filed[window, default: 0] += 1 }
            return block
        }
        return (blocks, filed.values.max() ?? 0)
    }
}
