/// Diagnostics as people read them: the sentence, the place, the line with carets, labels, help.
package struct DiagnosticRenderer: Sendable {
    let sources: SourceMap
    let isColoured: Bool

    package init(sources: SourceMap, isColoured: Bool) {
        self.sources = sources
        self.isColoured = isColoured
    }

    private enum Style: String {
        case error = "31;1"
        case warning = "33;1"
        case note = "36;1"
        case bold = "1"
        case dim = "34;1"
    }

    private func styled(_ text: String, _ style: Style) -> String {
        isColoured ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    /// The text of one diagnostic, ending in a newline.
    package func render(_ diagnostic: Diagnostic) -> String {
        let style: Style =
            switch diagnostic.code.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        let severity = "\(diagnostic.code.severity.rawValue)[\(diagnostic.code.id)]"
        var text = styled(severity, style) + styled(": \(diagnostic.message)", .bold) + "\n"
        // The main file could not be read: there is no line to show.
        guard !sources.files.isEmpty else { return text }
        let width = gutterWidth(diagnostic)
        text += snippet(diagnostic.span, label: nil, mark: "^", style: style, width: width)
        for label in diagnostic.labels {
            text += snippet(label.span, label: label.text, mark: "-", style: .dim, width: width)
        }
        if let help = diagnostic.help {
            text += margin(width, "=") + " " + styled("help", .bold) + ": \(help)\n"
        }
        if let fixIt = diagnostic.fixIt { text += suggestion(fixIt, width: width) }
        return text
    }

    private func gutterWidth(_ diagnostic: Diagnostic) -> Int {
        let spans = [diagnostic.span] + diagnostic.labels.map(\.span)
        return spans.map { String(sources[$0.file].position(of: $0.start).line).count }.max() ?? 1
    }

    private func margin(_ width: Int, _ sign: String) -> String {
        styled(String(repeating: " ", count: width + 1) + sign, .dim)
    }

    private func snippet(
        _ span: SourceSpan, label: String?, mark: String, style: Style, width: Int
    ) -> String {
        let file = sources[span.file]
        let place = file.position(of: span.start)
        let arrow = styled(String(repeating: " ", count: width) + "-->", .dim)
        let line = Self.printable(file.line(place.line))
        let number = String(place.line)
        let gutter = String(repeating: " ", count: width - number.count) + number + " |"
        let lineLength = file.line(place.line).count
        let start = min(place.column - 1, lineLength)
        let length = min(Int(span.end - span.start), lineLength - start)
        let before = Self.printable(file.line(place.line).prefix(start))
        let marked = Self.printable(file.line(place.line).dropFirst(start).prefix(length))
        let padding = String(before.map { $0 == "\t" ? "\t" : " " })
        let carets = String(repeating: mark, count: max(1, marked.count))
        let tail = label.map { " \($0)" } ?? ""
        return "\(arrow) \(file.name):\(place.line):\(place.column)\n" + margin(width, "|") + "\n"
            + styled(gutter, .dim) + " \(line)\n" + margin(width, "|") + " \(padding)"
            + styled(carets + tail, style) + "\n"
    }

    /// Shows what the edits make of the line, if all are on one line and the place of the finding
    /// does not say it already.
    private func suggestion(_ fixIt: Diagnostic.FixIt, width: Int) -> String {
        guard let first = fixIt.edits.first else { return "" }
        let file = sources[first.span.file]
        let lineNumber = file.position(of: first.span.start).line
        let isOneLine = fixIt.edits.allSatisfy {
            file.position(of: $0.span.start).line == lineNumber
                && file.position(of: $0.span.end).line == lineNumber
                && !$0.replacement.contains("\n")
        }
        guard isOneLine else { return "" }
        let start = Int(file.lineStarts[lineNumber - 1])
        var line = Array(file.line(lineNumber))
        for edit in fixIt.edits.sorted(by: { $0.span.start > $1.span.start }) {
            let range = Int(edit.span.start) - start..<Int(edit.span.end) - start
            guard range.upperBound <= line.count else { return "" }
            line.replaceSubrange(range, with: Array(edit.replacement.utf8))
        }
        let shown = Self.printable(line[...]).drop { $0 == " " || $0 == "\t" }
        let word = fixIt.applicability == .safe ? "fix" : "perhaps"
        return margin(width, "=") + " " + styled(word, .bold) + ": \(shown)\n"
    }

    /// Control bytes shown as `·`, so that a hostile file cannot drive the terminal.
    private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isControl =
                        scalar.value < 0x20 && scalar != "\t"
                        || (0x7f...0x9f).contains(scalar.value)
                    return isControl ? "·" : scalar
                }))
    }
}
