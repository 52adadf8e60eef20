internal import Sockets

/// Numbers as ASCII digits, straight into a byte array.
enum DecimalDigits {
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        if value >= 10 { append(value / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// Two digits, with a leading zero.
    static func appendPair(_ value: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}

enum HexDigits {
    static let lower: [UInt8] = Array("0123456789abcdef".utf8)
}

/// RFC 3339 in UTC with milliseconds, where the second is rendered once.
struct TimestampText {
    private var second: Int64 = .min
    /// Up to the point.
    private var prefix: [UInt8] = []

    mutating func append(_ milliseconds: Int64, to bytes: inout ByteBuffer) {
        let now = milliseconds / 1_000
        if now != second {
            second = now
            prefix.removeAll(keepingCapacity: true)
            Timestamp.append(milliseconds: now * 1_000, to: &prefix)
            prefix.removeLast(4)
        }
        bytes.append(all: prefix)
        let rest = Int(milliseconds % 1_000)
        bytes.append(UInt8(ascii: "0") + UInt8(rest / 100))
        bytes.append(UInt8(ascii: "0") + UInt8(rest / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
        bytes.append(UInt8(ascii: "Z"))
    }
}

/// The time of Apache's formats, rendered once a second.
struct CommonTimestampText {
    private var second: Int64 = .min
    private var text: [UInt8] = []

    mutating func append(_ milliseconds: Int64, to bytes: inout ByteBuffer) {
        let now = milliseconds / 1_000
        if now != second {
            second = now
            text.removeAll(keepingCapacity: true)
            Timestamp.appendCommon(milliseconds, to: &text)
        }
        bytes.append(all: text)
    }
}

/// A point of time as RFC 3339 in UTC with milliseconds: `2026-11-23T14:00:00.123Z`.
enum Timestamp {
    static func append(milliseconds: Int64, to bytes: inout [UInt8]) {
        let days = Int((milliseconds / 86_400_000))
        let inDay = Int(milliseconds % 86_400_000)
        let date = civilDate(daysSinceEpoch: days)
        DecimalDigits.append(UInt64(date.year), to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        DecimalDigits.appendPair(date.month, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        DecimalDigits.appendPair(date.day, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        DecimalDigits.appendPair(inDay / 3_600_000, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay / 60_000 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay / 1_000 % 60, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "0") + UInt8(inDay / 100 % 10))
        DecimalDigits.appendPair(inDay % 100, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Apache's `23/Nov/2026:14:00:00 +0000`.
    static func appendCommon(_ milliseconds: Int64, to bytes: inout [UInt8]) {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let date = civilDate(daysSinceEpoch: Int(milliseconds / 86_400_000))
        let inDay = Int(milliseconds % 86_400_000)
        DecimalDigits.appendPair(date.day, to: &bytes)
        bytes += "/\(months[date.month - 1])/\(date.year):".utf8
        DecimalDigits.appendPair(inDay / 3_600_000, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay / 60_000 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay / 1_000 % 60, to: &bytes)
        bytes += " +0000".utf8
    }

    /// The proleptic Gregorian date of a day count: years of 400 have 146,097 days, and counting
    /// years from March puts the leap day last.
    static func civilDate(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }
}
