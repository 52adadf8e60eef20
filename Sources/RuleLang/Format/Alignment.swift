/// Puts marks and trailing comments of neighbouring lines into one column, and renders the lines.
enum Alignment {
    /// A line whose mark is further right keeps its own column: one long rule does not push all
    /// others away.
    private static let widestMark = 72

    static func rendered(_ lines: [FormatLine]) -> String {
        var texts = lines.map { String(repeating: "  ", count: $0.indentation) + $0.text }
        for run in runs(lines, { canAlign($0, $1) }) { alignMarks(run, lines, &texts) }
        for run in runs(lines, { canAlignComments($0, $1) }) { alignComments(run, lines, &texts) }
        var output = ""
        for (line, text) in zip(lines, texts) {
            if line.hasBlankBefore { output += "\n" }
            output += text + "\n"
        }
        return output
    }

    /// Maximal ranges in which each line goes with the one before.
    private static func runs(
        _ lines: [FormatLine], _ goTogether: (FormatLine, FormatLine) -> Bool
    ) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for index in lines.indices.dropFirst() where !goTogether(lines[index - 1], lines[index]) {
            result.append(start..<index)
            start = index
        }
        if start < lines.count { result.append(start..<lines.count) }
        return result
    }

    private static func canAlign(_ above: FormatLine, _ below: FormatLine) -> Bool {
        guard let mark = above.mark, let other = below.mark else { return false }
        return mark.kind == other.kind && above.indentation == below.indentation
            && !below.hasBlankBefore
    }

    private static func canAlignComments(_ above: FormatLine, _ below: FormatLine) -> Bool {
        !above.text.isEmpty && !below.text.isEmpty && above.comment != nil && below.comment != nil
            && !below.hasBlankBefore
    }

    private static func alignMarks(
        _ run: Range<Int>, _ lines: [FormatLine], _ texts: inout [String]
    ) {
        let marks = run.compactMap { index -> (index: Int, offset: Int)? in
            guard let mark = lines[index].mark, mark.offset <= widestMark else { return nil }
            return (index, mark.offset)
        }
        guard let widest = marks.map(\.offset).max() else { return }
        for mark in marks where mark.offset < widest {
            let indentation = lines[mark.index].indentation * 2
            let at = texts[mark.index].utf8.index(
                texts[mark.index].startIndex, offsetBy: indentation + mark.offset)
            let padding = String(repeating: " ", count: widest - mark.offset)
            texts[mark.index].insert(contentsOf: padding, at: at)
        }
    }

    private static func alignComments(
        _ run: Range<Int>, _ lines: [FormatLine], _ texts: inout [String]
    ) {
        let widest = run.map { texts[$0].count }.max() ?? 0
        for index in run {
            guard let comment = lines[index].comment else { continue }
            if lines[index].text.isEmpty {
                texts[index] += comment
            } else {
                let gap = widest - texts[index].count + 2
                texts[index] += String(repeating: " ", count: gap) + comment
            }
        }
    }
}
