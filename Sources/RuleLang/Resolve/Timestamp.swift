/// Times of RFC 3339, the only spelling of a time in the language.
enum Timestamp {
    /// `2026-11-27T00:00:00Z`, with an offset instead of `Z`, with up to nine digits of a second:
    /// milliseconds since the Unix epoch. Nil for anything else; a date alone is no time.
    static func milliseconds(of text: String) -> Int64? {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
            reader.take("-"), let day = reader.number(2), reader.take("T") || reader.take("t"),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
            reader.take(":"), let second = reader.number(2), let fraction = reader.fraction(),
            let offset = reader.offset(), reader.rest.isEmpty
        else { return nil }
        guard (1...12).contains(month), (1...days(in: month, of: year)).contains(day), hour < 24,
            minute < 60, second < 60
        else { return nil }
        let seconds =
            daysSinceEpoch(year: year, month: month, day: day) * 86_400
            + Int64(hour * 3_600 + minute * 60 + second) - Int64(offset * 60)
        return seconds * 1_000 + Int64(fraction)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        if month == 2 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            return isLeap ? 29 : 28
        }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// The proleptic Gregorian calendar, with years that begin in March so that the leap day is
    /// last.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        return Int64(shifted * 365 + leapDays + dayOfYear - 719_468)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: scalar) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(_ digits: Int) -> Int? {
            guard rest.count >= digits else { return nil }
            var value = 0
            for byte in rest.prefix(digits) {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            rest.removeFirst(digits)
            return value
        }

        /// Milliseconds of `.123`, 0 without a fraction.
        mutating func fraction() -> Int? {
            guard take(".") else { return 0 }
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard (1...9).contains(digits.count) else { return nil }
            rest.removeFirst(digits.count)
            let first = digits.prefix(3) + Array(repeating: 0x30, count: max(0, 3 - digits.count))
            return first.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }

        /// Minutes east of UTC.
        mutating func offset() -> Int? {
            if take("Z") || take("z") { return 0 }
            let sign = take("+") ? 1 : take("-") ? -1 : 0
            guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24,
                minutes < 60
            else { return nil }
            return sign * (hours * 60 + minutes)
        }
    }
}

/// A time of RFC 3339 in milliseconds since the Unix epoch; nil for anything else.
package func rfc3339Milliseconds(_ text: String) -> Int64? { Timestamp.milliseconds(of: text) }
