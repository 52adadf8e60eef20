internal import RequestModel

/// Which windows of which texts a gram table looks for. A window is up to eight bytes in a word,
/// the first one lowest.
struct GramPlan {
    /// Those of all texts, each once.
    private(set) var windows: [UInt64] = []
    /// Bytes of each window; nil where texts of one to three bytes are among them, which are their
    /// own windows, and a window's length stands above its bytes.
    let width: Int?
    /// Every how many bytes of a value a window is looked up.
    private(set) var stride = 1
    /// The numbers of each text's windows one behind the other, and where each text's end.
    private var numbers: [UInt32] = []
    private var ends: [Int] = []
    /// How often a window stands in the texts.
    private var frequencies: [UInt32] = []
    /// Where the windows of each text begin that it is filed under: `stride` in a row.
    private var blocks: [Int] = []

    static let usualWidth = 4
    static let mostWidth = 8

    /// Looking at fewer windows is as many times faster, unless it leaves texts together that one
    /// window tells apart. `texts` are of at least one byte, in lower case.
    init(_ texts: [ArraySlice<UInt8>], isLong: Bool, _ hash: KeyHash) {
        let shortest = texts.map(\.count).min() ?? 0
        let most = isLong ? Self.mostWidth : Self.usualWidth
        width = shortest < Self.usualWidth ? nil : min(most, shortest)
        var known = NumberTable()
        known.reserve(texts.count * 4)
        for text in texts {
            addWindows(of: text.span, hash, &known)
            ends.append(numbers.count)
        }
        let single = findBlocks(stride: 1)
        blocks = single.blocks
        guard let width else { return }
        for stride in [4, 2] where shortest >= stride + width - 1 {
            let several = findBlocks(stride: stride)
            guard several.largest <= max(2, single.largest) else { continue }
            blocks = several.blocks
            self.stride = stride
            return
        }
    }

    /// The numbers of the windows that a text is filed under.
    func block(_ text: Int) -> ArraySlice<UInt32> {
        numbers[blocks[text]..<min(blocks[text] + stride, ends[text])]
    }

    private mutating func addWindows(
        of text: Span<UInt8>, _ hash: KeyHash, _ known: inout NumberTable
    ) {
        let count = width ?? min(Self.usualWidth, text.count)
        let mark = width == nil ? UInt64(count) << 32 : 0
        let top = UInt64(8 * (count - 1))
        var word: UInt64 = 0
        for index in text.indices {
            word = word >> 8 | UInt64(text[index]) << top
            if index >= count - 1 { add(word | mark, hash, &known) }
        }
    }

    private mutating func add(_ window: UInt64, _ hash: KeyHash, _ known: inout NumberTable) {
        let hash = hash.hash(window)
        if let number = known.find(hash, { windows[Int($0)] == window }) {
            frequencies[Int(number)] += 1
            numbers.append(number)
            return
        }
        known.add(hash, UInt32(windows.count))
        numbers.append(UInt32(windows.count))
        windows.append(window)
        frequencies.append(1)
    }

    /// The block of each text whose commonest window is the rarest, and how many texts one of the
    /// windows leaves together.
    private func findBlocks(stride: Int) -> (blocks: [Int], largest: UInt32) {
        var filed = [UInt32](repeating: 0, count: windows.count)
        var largest: UInt32 = 0
        var begin = 0
        let blocks = ends.map { end -> Int in
            var start = begin
            var rarest = UInt32.max
            for place in begin...max(begin, end - stride) {
                var commonest: UInt32 = 0
                for number in numbers[place..<min(place + stride, end)] {
                    commonest = max(commonest, frequencies[Int(number)])
                }
                if commonest < rarest { (rarest, start) = (commonest, place) }
            }
            let block = numbers[start..<min(start + stride, end)]
            for (index, number) in block.enumerated() where !block.prefix(index).contains(number) {
                filed[Int(number)] += 1
                largest = max(largest, filed[Int(number)])
            }
            begin = end
            return start
        }
        return (blocks, largest)
    }
}
