/// A CSV file (RFC 4180): records of cells, each with the line it begins on.
struct CSV {
    struct Record {
        var cells: [[UInt8]]
        /// 1-based.
        var line: Int
    }

    struct Fault: Error {
        let line: Int
        let message: String
    }

    /// Blank lines are skipped; a byte order mark, too.
    static func parse(_ bytes: [UInt8]) -> Result<[Record], Fault> {
        var reader = Reader(bytes: bytes)
        return reader.records()
    }

    private struct Reader {
        let bytes: [UInt8]
        var index: Int
        var line = 1

        init(bytes: [UInt8]) {
            self.bytes = bytes
            index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        }

        mutating func records() -> Result<[Record], Fault> {
            var records: [Record] = []
            while index < bytes.count {
                let start = line
                var cells: [[UInt8]] = []
                var isLast = false
                while !isLast {
                    switch cell() {
                    case .success(let cell): cells.append(cell)
                    case .failure(let fault): return .failure(fault)
                    }
                    isLast = takeEnd()
                }
                if cells.count > 1 || !cells[0].isEmpty {
                    records.append(Record(cells: cells, line: start))
                }
            }
            return .success(records)
        }

        /// Behind a cell: takes the comma, or the end of the record (true).
        private mutating func takeEnd() -> Bool {
            guard index < bytes.count else { return true }
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: ",") { return false }
            if byte == 0x0d, index < bytes.count, bytes[index] == 0x0a { index += 1 }
            line += 1
            return true
        }

        private mutating func cell() -> Result<[UInt8], Fault> {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                return plainCell()
            }
            let start = line
            var cell: [UInt8] = []
            index += 1
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                guard byte == UInt8(ascii: "\"") else {
                    if byte == 0x0a { line += 1 }
                    cell.append(byte)
                    continue
                }
                if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                    cell.append(byte)
                    index += 1
                    continue
                }
                if index < bytes.count, ![0x2c, 0x0d, 0x0a].contains(bytes[index]) {
                    return .failure(Fault(line: line, message: "text behind a closing quote"))
                }
                return .success(cell)
            }
            return .failure(Fault(line: start, message: "a quote that is never closed"))
        }

        private mutating func plainCell() -> Result<[UInt8], Fault> {
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: ","), bytes[index] != 0x0a {
                if bytes[index] == 0x0d, index + 1 < bytes.count, bytes[index + 1] == 0x0a { break }
                if bytes[index] == UInt8(ascii: "\"") {
                    return .failure(Fault(line: line, message: "a quote inside of a plain cell"))
                }
                index += 1
            }
            return .success(Array(bytes[start..<index]))
        }
    }
}
