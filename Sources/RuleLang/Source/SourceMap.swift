/// A file of a compilation, by its index in the `SourceMap`.
package struct FileID: Hashable, Sendable {
    package let index: UInt16
    package init(index: UInt16) { self.index = index }
}

/// Half-open byte offsets into one source file.
package struct SourceSpan: Hashable, Sendable {
    package var file: FileID
    package var start: UInt32
    package var end: UInt32

    package init(file: FileID, start: UInt32, end: UInt32) {
        self.file = file
        self.start = start
        self.end = end
    }

    package var isEmpty: Bool { start == end }
    package var indices: Range<Int> { Int(start)..<Int(end) }

    /// The span from the start of this one to the end of `other`, both in the same file.
    package func through(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(file: file, start: min(start, other.start), end: max(end, other.end))
    }
}

/// A position for people: 1-based line and 1-based column, counted in bytes of the line.
package struct SourcePosition: Hashable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One source text: its name as the user wrote it (`-` is standard input) and its bytes.
package struct SourceFile: Sendable {
    package let name: String
    package let bytes: [UInt8]
    /// The offset of the first byte of each line; at least one entry.
    package let lineStarts: [UInt32]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        var starts: [UInt32] = [0]
        for (index, byte) in bytes.enumerated() where byte == 0x0a {
            starts.append(UInt32(index + 1))
        }
        lineStarts = starts
    }

    /// The line and column of a byte offset; offsets past the end are on the last line.
    package func position(of offset: UInt32) -> SourcePosition {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return SourcePosition(line: low + 1, column: Int(offset - lineStarts[low]) + 1)
    }

    /// The bytes of a 1-based line, without its line ending.
    package func line(_ number: Int) -> ArraySlice<UInt8> {
        let start = Int(lineStarts[number - 1])
        var end = number < lineStarts.count ? Int(lineStarts[number]) - 1 : bytes.count
        if end > start, end <= bytes.count, bytes[end - 1] == 0x0d { end -= 1 }
        return bytes[start..<max(start, end)]
    }
}

/// All files of one compilation, in the order they were first read; spans point into it.
package struct SourceMap: Sendable {
    package private(set) var files: [SourceFile] = []

    package init() {}

    package mutating func add(_ file: SourceFile) -> FileID {
        files.append(file)
        return FileID(index: UInt16(files.count - 1))
    }

    package subscript(id: FileID) -> SourceFile { files[Int(id.index)] }

    package func text(of span: SourceSpan) -> ArraySlice<UInt8> {
        self[span.file].bytes[span.indices]
    }

    /// `FILE:LINE`, as logs and answers name a rule.
    package func place(of span: SourceSpan) -> String {
        "\(self[span.file].name):\(self[span.file].position(of: span.start).line)"
    }
}
