internal import RequestModel

/// The chunked coding (RFC 9112 section 7.1), byte by byte outside the data. Chunk extensions and
/// trailer fields are checked and dropped.
struct ChunkedDecoder: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case size, extensions, sizeLF, data, dataCR, dataLF
        case trailerStart, trailerName, trailerValue, trailerLF, finalLF, done
    }

    private(set) var state = State.size
    /// Bytes of the chunk's data that have not come yet.
    private(set) var remaining: UInt64 = 0
    private let limit: UInt64
    private var total: UInt64 = 0
    private var digits = 0
    private var extensions = ChunkExtensions()
    private var trailerBytes = 0

    /// Zeros in front are digits too.
    private static let maximumDigits = 256
    private static let maximumTrailerBytes = 8192

    /// `limit` is the most data bytes of the whole body; 0 is no limit.
    init(limit: UInt64) {
        self.limit = limit
    }

    /// Takes `count` bytes of data, at most `remaining`.
    mutating func takeData(_ count: UInt64) {
        remaining -= count
        if remaining == 0 { state = .dataCR }
    }

    /// Takes one byte that is not data.
    mutating func take(_ byte: UInt8) -> RefusalReason? {
        switch state {
        case .size: takeSize(byte)
        case .extensions: takeExtension(byte)
        case .sizeLF: byte == 0x0A ? endSizeLine() : .badChunk
        case .dataCR: move(byte == 0x0D, to: .dataLF, else: .badChunk)
        case .dataLF: move(byte == 0x0A, to: .size, else: .badChunk)
        case .data, .done: nil
        default: takeTrailer(byte)
        }
    }

    private mutating func move(
        _ isExpected: Bool, to next: State, else reason: RefusalReason
    ) -> RefusalReason? {
        guard isExpected else { return reason }
        state = next
        return nil
    }

    private mutating func takeSize(_ byte: UInt8) -> RefusalReason? {
        if let digit = Self.hexValue(byte) {
            guard digits < Self.maximumDigits, remaining >> 60 == 0 else { return .badChunk }
            digits += 1
            remaining = remaining << 4 | digit
            return nil
        }
        guard digits > 0 else { return .badChunk }
        if byte == 0x3B || FieldText.isBlank(byte) {
            extensions = ChunkExtensions(afterBlank: byte != 0x3B)
            return move(true, to: .extensions, else: .badChunk)
        }
        return move(byte == 0x0D, to: .sizeLF, else: .badChunk)
    }

    private mutating func takeExtension(_ byte: UInt8) -> RefusalReason? {
        if byte == 0x0D { return move(extensions.mayEnd, to: .sizeLF, else: .badChunk) }
        return extensions.take(byte) ? nil : .badChunk
    }

    private mutating func endSizeLine() -> RefusalReason? {
        digits = 0
        if remaining == 0 { return move(true, to: .trailerStart, else: .badChunk) }
        guard remaining <= UInt64(Int64.max) else { return .badChunk }
        let (sum, overflows) = total.addingReportingOverflow(remaining)
        guard !overflows, limit == 0 || sum <= limit else { return .bodyTooLarge }
        total = sum
        return move(true, to: .data, else: .badChunk)
    }

    private mutating func takeTrailer(_ byte: UInt8) -> RefusalReason? {
        trailerBytes += 1
        guard trailerBytes <= Self.maximumTrailerBytes else { return .badTrailer }
        switch state {
        case .trailerStart where byte == 0x0D: state = .finalLF
        case .trailerStart:
            return move(FieldText.isTokenByte(byte), to: .trailerName, else: .badTrailer)
        case .trailerName where byte == 0x3A: state = .trailerValue
        case .trailerName: return FieldText.isTokenByte(byte) ? nil : .badTrailer
        case .trailerValue where byte == 0x0D: state = .trailerLF
        case .trailerValue: return FieldText.isValueByte(byte) ? nil : .badTrailer
        case .trailerLF: return move(byte == 0x0A, to: .trailerStart, else: .badTrailer)
        default: return move(byte == 0x0A, to: .done, else: .badTrailer)
        }
        return nil
    }

    private static func hexValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x41 + 10)
        case 0x61...0x66: UInt64(byte - 0x61 + 10)
        default: nil
        }
    }
}
