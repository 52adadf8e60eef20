/// Numbers with units, as settings spell them.
enum Quantity {
    /// `5s` in milliseconds.
    static func duration(_ text: String) -> Int? {
        let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        return value(text, units: units)
    }

    /// `64KiB` in bytes; a bare number is bytes.
    static func size(_ text: String) -> Int? {
        value(text, units: [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)])
    }

    static func integer(_ text: String) -> Int? { value(text, units: [("", 1)]) }

    /// `2.5%` in hundredths of a percent.
    static func share(_ text: String) -> Int? {
        guard text.hasSuffix("%") else { return nil }
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = integer(String(parts[0])), whole <= 100
        else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        guard (1...2).contains(parts[1].count), let digits = integer(String(parts[1])) else {
            return nil
        }
        let share = whole * 100 + (parts[1].count == 1 ? digits * 10 : digits)
        return share <= 10_000 ? share : nil
    }

    private static func value(_ text: String, units: [(String, Int)]) -> Int? {
        let digits = text.utf8.prefix { $0.isASCIIDigit }
        guard (1...15).contains(digits.count), let number = Int(String(Substring(digits))) else {
            return nil
        }
        let unit = String(text.dropFirst(digits.count))
        guard let factor = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
