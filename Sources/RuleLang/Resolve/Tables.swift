internal import RequestModel

/// `table NAME from "F.csv" key V, V`
extension Resolver {
    private static let rowLimit = 1_000_000

    mutating func resolveTables(_ declared: [TableSyntax]) {
        for syntax in declared {
            guard case .table(let id)? = values[syntax.name.text],
                program.tables[id].span == syntax.name.span
            else { continue }
            let keys = syntax.keys.compactMap { resolveValue($0) }
            guard let file = loadFile(syntax.file), keys.count == syntax.keys.count else {
                continue
            }
            program.tables[id].keys = keys
            let source = program.sources.add(SourceFile(name: file.path, bytes: file.bytes))
            tableFiles[id] = source
            switch CSV.parse(file.bytes) {
            case .success(let records): fill(id, syntax, records, source)
            case .failure(let fault): badTable(source, fault.line, fault.message)
            }
        }
    }

    private mutating func badTable(
        _ file: FileID, _ line: Int, _ message: String, labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) {
        report(
            Diagnostic(.badTable, at: lineSpan(file, line), message, labels: labels, help: help))
    }

    private func lineSpan(_ file: FileID, _ line: Int) -> SourceSpan {
        let source = program.sources[file]
        let start = source.lineStarts[min(line, source.lineStarts.count) - 1]
        return SourceSpan(file: file, start: start, end: start + UInt32(source.line(line).count))
    }

    private mutating func fill(
        _ id: TableID, _ syntax: TableSyntax, _ records: [CSV.Record], _ file: FileID
    ) {
        guard let header = records.first else {
            return badTable(file, 1, "the file has no header line")
        }
        let columns = header.cells.map { String(decoding: $0, as: UTF8.self) }
        guard columns.count > syntax.keys.count else {
            return badTable(
                file, header.line, "a table has more columns than its \(syntax.keys.count) keys")
        }
        for (index, name) in columns.enumerated() {
            guard Self.isColumnName(name) else {
                return badTable(file, header.line, "`\(name)` is not the name of a column")
            }
            guard !columns[..<index].contains(name) else {
                return badTable(file, header.line, "column `\(name)` is there twice")
            }
            // A key may be called like its value; `${path}` of any other column would be the
            // request's, never the row's.
            guard index < syntax.keys.count || !Self.takenNames.contains(name) else {
                return badTable(
                    file, header.line, "column `\(name)` has the name of a value",
                    help: "in a template `${\(name)}` is the value; give the column another name")
            }
        }
        guard records.count <= Self.rowLimit else {
            return badTable(file, 1, "a table has at most \(Self.rowLimit) rows")
        }
        program.tables[id].columns = columns
        rows(id, records.dropFirst(), file)
    }

    /// An identifier of the language: it begins with a letter or `_` and never ends in `-`.
    private static func isColumnName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isNameStart, name.utf8.last?.isNameByte ?? false
        else { return false }
        return name.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") }
    }

    private mutating func rows(_ id: TableID, _ records: ArraySlice<CSV.Record>, _ file: FileID) {
        let keys = program.tables[id].keys
        var rows: [[[UInt8]]] = []
        var rowByKey: [[[UInt8]]: Int] = [:]
        rows.reserveCapacity(records.count)
        rowByKey.reserveCapacity(records.count)
        var lines: [Int] = []
        for record in records {
            guard record.cells.count == program.tables[id].columns.count else {
                badTable(
                    file, record.line,
                    "this row has \(record.cells.count) cells, the header has "
                        + "\(program.tables[id].columns.count)")
                continue
            }
            var cells = record.cells
            for (index, key) in keys.enumerated() {
                guard let canonical = canonicalKey(cells[index], key) else {
                    let text = String(decoding: cells[index], as: UTF8.self)
                    badTable(file, record.line, "no request has the key `\(text)`")
                    continue
                }
                cells[index] = canonical
            }
            let key = Array(cells[..<keys.count])
            if let first = rowByKey[key] {
                badTable(
                    file, record.line, "this key is there twice",
                    labels: [.init(lineSpan(file, lines[first]), "the first one")])
                continue
            }
            rowByKey[key] = rows.count
            rows.append(cells)
            lines.append(record.line)
        }
        program.tables[id].rows = rows
        program.tables[id].rowByKey = rowByKey
        tableLines[id] = lines
    }

    /// Paths and hosts as requests have them; nil if none can.
    private func canonicalKey(_ cell: [UInt8], _ key: ValueTerm) -> [UInt8]? {
        guard key.transforms.isEmpty else { return cell }
        switch key.field {
        case .path:
            guard cell.first == UInt8(ascii: "/") else { return nil }
            return try? CanonicalPath.canonicaliseLiteral(cell, policy: policies()[0]).get()
        case .host: return CanonicalHost.parse(cell)?.host
        default: return cell
        }
    }

    /// The pools that a column names, row by row, for `pool $table.column`.
    mutating func tableColumnPools(_ table: TableID, column: Int, at span: SourceSpan) {
        guard program.tables[table].pools[column] == nil else { return }
        var ids: [PoolID] = []
        for (row, cells) in program.tables[table].rows.enumerated() {
            let name = String(decoding: cells[column], as: UTF8.self)
            if let id = pools[name] {
                ids.append(id)
                continue
            }
            ids.append(PoolID(0))
            guard let file = tableFiles[table], let line = tableLines[table]?[row] else { continue }
            let near = nearest(name, among: pools.keys)
            report(
                Diagnostic(
                    .unknownName, at: lineSpan(file, line), "there is no pool `\(name)`",
                    labels: [.init(span, "the column is used as a pool here")],
                    help: near.map { "did you mean `\($0)`?" }))
        }
        program.tables[table].pools[column] = ids
    }
}
