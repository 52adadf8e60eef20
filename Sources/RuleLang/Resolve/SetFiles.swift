/// `set NAME = file "F"`: one element a line, `#` lines and blank lines skipped.
extension Resolver {
    /// The lines of the file, each with its place in it; nil if the file cannot be read (reported
    /// once).
    mutating func setFileElements(_ set: SetSyntax) -> [(bytes: [UInt8], span: SourceSpan)]? {
        let path: StringSyntax
        switch set.elements {
        case .literal: return nil
        case .file(let string), .regexFile(let string): path = string
        }
        if let known = setFiles[set.name.text] { return known }
        guard let file = loadFile(path) else {
            setFiles[set.name.text] = .some(nil)
            return nil
        }
        let source = SourceFile(name: file.path, bytes: file.bytes)
        let id = program.sources.add(source)
        var elements: [(bytes: [UInt8], span: SourceSpan)] = []
        for (index, start) in source.lineStarts.enumerated() {
            let line = source.line(index + 1)
            let content = line.trimmed
            guard let first = content.first, first != UInt8(ascii: "#") else { continue }
            let offset = Int(start) + (content.startIndex - line.startIndex)
            elements.append(
                (
                    Array(content),
                    SourceSpan(
                        file: id, start: UInt32(offset), end: UInt32(offset + content.count))
                ))
        }
        setFiles[set.name.text] = elements
        return elements
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces and tabs at the ends.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice
    }
}
