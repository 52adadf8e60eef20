internal import RequestModel
internal import Sockets

/// Copies the field lines of a head to another head in their order. Neighbours that are spelled
/// `name: value` are copied in one piece; others are written so.
struct FieldRun {
    private var start: UInt32 = 0
    private var end: UInt32 = 0
    /// The first line that has neither been added nor left out.
    private var next = 0

    /// Adds what comes before the line `index`, all of it ordinary, and goes on behind that line.
    @inline(__always)
    mutating func addOrdinary(
        before index: Int, of lines: [FieldLine], _ bytes: [UInt8], to output: inout ByteBuffer
    ) {
        if next < index {
            let from = lines[next].name.start
            if from != end {
                write(bytes, to: &output)
                start = from
            }
            end = lines[index &- 1].value.end &+ 2
        }
        next = index &+ 1
    }

    @inline(__always)
    mutating func add(_ line: FieldLine, _ bytes: [UInt8], to output: inout ByteBuffer) {
        if line.isVerbatim, line.name.start == end {
            end = line.value.end &+ 2
            return
        }
        write(bytes, to: &output)
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

    /// Adds the rest of the lines, all of it ordinary, and writes what waits.
    mutating func finish(_ lines: [FieldLine], _ bytes: [UInt8], to output: inout ByteBuffer) {
        addOrdinary(before: lines.count, of: lines, bytes, to: &output)
        write(bytes, to: &output)
    }

    private mutating func write(_ bytes: [UInt8], to output: inout ByteBuffer) {
        if start < end { output.append(bytes, in: Int(start)..<Int(end)) }
        start = 0
        end = 0
    }
}
