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

/// A text that changes with the second, rendered once for each.
struct SecondText {
    private var second: Int64 = .min
    /// Of the last `advance`.
    private(set) var text: [UInt8] = []

    /// `render` appends the text of a second since 1970 to nothing.
    mutating func advance(
        to milliseconds: Int64, _ render: (_ second: Int64, inout [UInt8]) -> Void
    ) {
        let now = milliseconds / 1_000
        guard now != second else { return }
        second = now
        text.removeAll(keepingCapacity: true)
        render(now, &text)
    }
}

/// RFC 3339 in UTC with milliseconds.
struct TimestampText {
    /// Up to the point.
    private var prefix = SecondText()

    mutating func append(_ milliseconds: Int64, to bytes: inout ByteBuffer) {
        prefix.advance(to: milliseconds) { second, text in
            Timestamp.append(milliseconds: second * 1_000, to: &text)
            text.removeLast(4)
        }
        bytes.append(all: prefix.text)
        let rest = Int(milliseconds % 1_000)
        bytes.append(UInt8(ascii: "0") + UInt8(rest / 100))
        bytes.append(UInt8(ascii: "0") + UInt8(rest / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
        bytes.append(UInt8(ascii: "Z"))
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

    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Apache's `23/Nov/2026:14:00:00 +0000`.
    static func appendCommon(_ seconds: Int64, to bytes: inout [UInt8]) {
        let date = civilDate(daysSinceEpoch: Int(seconds / 86_400))
        let inDay = Int(seconds % 86_400)
        DecimalDigits.appendPair(date.day, to: &bytes)
        bytes += "/\(months[date.month - 1])/\(date.year):".utf8
        DecimalDigits.appendPair(inDay / 3_600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay / 60 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay % 60, to: &bytes)
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
