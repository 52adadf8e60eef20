/// The IMF-fixdate of RFC 9110 section 5.6.7.
struct DateText {
    private var rendered = SecondText()

    /// Of the last `advance`.
    var text: [UInt8] { rendered.text }

    mutating func advance(to milliseconds: Int64) {
        rendered.advance(to: milliseconds) { $1 += Self.render($0) }
    }

    static func render(_ seconds: Int64) -> [UInt8] {
        let days = Int(seconds / 86_400)
        let inDay = Int(seconds % 86_400)
        let date = Timestamp.civilDate(daysSinceEpoch: days)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        var bytes = Array("\(weekdays[days % 7]), ".utf8)
        DecimalDigits.appendPair(date.day, to: &bytes)
        bytes += " \(Timestamp.months[date.month - 1]) \(date.year) ".utf8
        DecimalDigits.appendPair(inDay / 3_600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay / 60 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalDigits.appendPair(inDay % 60, to: &bytes)
        bytes += " GMT".utf8
        return bytes
    }
}
