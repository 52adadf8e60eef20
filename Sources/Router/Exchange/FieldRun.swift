internal import RequestModel
internal import Sockets

/// Copies field lines from one head to another. Neighbours that are spelled `name: value` are
/// copied in one piece; others are written so.
struct FieldRun {
    private var start = 0
    private var end = 0

    mutating func add(_ line: FieldLine, _ bytes: [UInt8], to output: inout ByteBuffer) {
        let (name, value) = (line.name.indices, line.value.indices)
        let isPlain =
            value.lowerBound == name.upperBound + 2 && bytes[name.upperBound + 1] == 0x20
            && value.upperBound + 1 < bytes.count && bytes[value.upperBound] == 0x0d
            && bytes[value.upperBound + 1] == 0x0a
        if isPlain, name.lowerBound == end {
            end = value.upperBound + 2
            return
        }
        finish(bytes, to: &output)
        if isPlain {
            start = name.lowerBound
            end = value.upperBound + 2
        } else {
            output.append(bytes, in: name)
            output.append(Text.separator)
            output.append(bytes, in: value)
            output.append(Text.crlf)
        }
    }

    /// Writes what waits.
    mutating func finish(_ bytes: [UInt8], to output: inout ByteBuffer) {
        if start < end { output.append(bytes, in: start..<end) }
        start = 0
        end = 0
    }
}
