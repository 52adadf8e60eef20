/// The IMF-fixdate of RFC 9110 section 5.6.7, rendered once a second.
struct DateText {
    private var second: Int64 = .min
    /// Of the last `advance`.
    private(set) var text: [UInt8] = []

    mutating func advance(to milliseconds: Int64) {
        let now = milliseconds / 1_000
        guard now != second else { return }
        second = now
        text = Self.render(now)
    }

    static func render(_ seconds: Int64) -> [UInt8] {
        let days = Int(seconds / 86_400)
        let inDay = Int(seconds % 86_400)
        let date = Timestamp.civilDate(daysSinceEpoch: days)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        var bytes = Array("\(weekdays[days % 7]), ".utf8)
        DecimalDigits.appendPair(date.day, to: &bytes)
        bytes += " \(months[date.month - 1]) \(date.year) ".utf8
        DecimalDigits.appendPair(inDay / 3_600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay / 60 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay % 60, to: &bytes)
        bytes += " GMT".utf8
        return bytes
    }
}
