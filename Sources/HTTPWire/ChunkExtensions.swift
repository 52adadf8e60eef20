/// The extensions of one chunk (RFC 9112 section 7.1.1), from behind its size to before the CR:
/// `name [ "=" ( token / quoted-string ) ]`, more of them behind ";", with bad white space
/// where the grammar has it. They are dropped, so only their grammar is of interest.
struct ChunkExtensions: Equatable, Sendable {
    private enum State: Equatable, Sendable {
        case nameStart, name, nameEnd, valueStart, token, quoted, escaped, valueEnd, gap
    }

    private var state: State
    private var count = 0

    private static let maximum = 256

    /// Behind the first ";", or behind a blank that comes before it.
    init(afterBlank: Bool = false) {
        state = afterBlank ? .gap : .nameStart
    }

    /// Whether the line may end here.
    var mayEnd: Bool {
        switch state {
        case .name, .token, .valueEnd: true
        case .nameStart, .nameEnd, .valueStart, .quoted, .escaped, .gap: false
        }
    }

    /// Takes one byte; false when it breaks the grammar, or is one too many.
    mutating func take(_ byte: UInt8) -> Bool {
        count += 1
        guard count <= Self.maximum, let next = next(byte) else { return false }
        state = next
        return true
    }

    private func next(_ byte: UInt8) -> State? {
        let isToken = FieldText.isTokenByte(byte)
        let isBlank = FieldText.isBlank(byte)
        switch (state, byte) {
        case (.quoted, 0x22): return .valueEnd
        case (.quoted, 0x5C): return .escaped
        case (.quoted, _), (.escaped, _): return FieldText.isValueByte(byte) ? .quoted : nil
        case (.name, 0x3D), (.nameEnd, 0x3D): return .valueStart
        case (.name, 0x3B), (.nameEnd, 0x3B), (.token, 0x3B), (.valueEnd, 0x3B), (.gap, 0x3B):
            return .nameStart
        case (.valueStart, 0x22): return .quoted
        case (.nameStart, _): return isToken ? .name : isBlank ? .nameStart : nil
        case (.name, _): return isToken ? .name : isBlank ? .nameEnd : nil
        case (.nameEnd, _): return isBlank ? .nameEnd : nil
        case (.valueStart, _): return isToken ? .token : isBlank ? .valueStart : nil
        case (.token, _): return isToken ? .token : isBlank ? .gap : nil
        case (.valueEnd, _), (.gap, _): return isBlank ? .gap : nil
        }
    }
}
