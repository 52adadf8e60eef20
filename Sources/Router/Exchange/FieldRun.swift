internal import RequestModel
internal import Sockets

/// Copies field lines from one head to another. Neighbours that are spelled `name: value` are
/// copied in one piece; others are written so.
struct FieldRun {
    private var start: UInt32 = 0
    private var end: UInt32 = 0

    @inline(__always)
    mutating func add(_ line: FieldLine, _ bytes: [UInt8], to output: inout ByteBuffer) {
        if line.isVerbatim, line.name.start == end {
            end = line.value.end &+ 2
            return
        }
        finish(bytes, to: &output)
        if line.isVerbatim {
            start = line.name.start
            end = line.value.end &+ 2
        } else {
            output.append(bytes, in: line.name.indices)
            output.append(Text.separator)
            output.append(bytes, in: line.value.indices)
            output.append(Text.crlf)
        }
    }

    /// Writes what waits.
    mutating func finish(_ bytes: [UInt8], to output: inout ByteBuffer) {
        if start < end { output.append(bytes, in: Int(start)..<Int(end)) }
        start = 0
        end = 0
    }
}
