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

/// The present moment as RFC 3339 in UTC with milliseconds, rendered once for each of them: many
/// exchanges begin in the same one.
struct TimestampText {
    private var milliseconds = Int64.min
    private var text: [UInt8] = []

    mutating func append(_ milliseconds: Int64, to bytes: inout ByteBuffer) {
        if milliseconds != self.milliseconds { render(milliseconds) }
        bytes.append(all: text)
    }

    private mutating func render(_ now: Int64) {
        defer { milliseconds = now }
        if now / 1_000 == milliseconds / 1_000 {
            // Within a second only its thousandths change.
            text.removeLast(4)
            Timestamp.appendThousandths(Int(now % 1_000), to: &text)
        } else {
            text.removeAll(keepingCapacity: true)
            Timestamp.append(milliseconds: now, to: &text)
        }
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
        appendThousandths(inDay % 1_000, to: &bytes)
    }

    /// `123Z`, the end of such a text.
    static func appendThousandths(_ thousandths: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(thousandths / 100))
        DecimalDigits.appendPair(thousandths % 100, to: &bytes)
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
