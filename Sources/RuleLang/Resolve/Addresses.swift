internal import RequestModel

/// `IP:PORT`, `[IPv6]:PORT`, `:PORT`, `HOST:PORT`, `unix:PATH`.
enum AddressText {
    enum Parsed {
        case ip(IPAddress?, port: UInt16)
        case name(String, port: UInt16)
        case unix(String)
    }

    static func parse(_ text: String) -> Parsed? {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            return path.isEmpty ? nil : .unix(path)
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = Quantity.integer(String(text[text.index(after: colon)...])),
            let port = UInt16(exactly: port)
        else { return nil }
        let host = String(text[..<colon])
        if host.isEmpty { return .ip(nil, port: port) }
        if host.hasPrefix("["), host.hasSuffix("]") {
            // Mapped IPv4 is folded by parsing, so the spelling says what stands in brackets.
            guard host.contains(":"),
                let ip = IPAddress(parsing: host.dropFirst().dropLast().utf8)
            else { return nil }
            return .ip(ip, port: port)
        }
        if let ip = IPAddress(parsing: host.utf8), ip.family == .v4 { return .ip(ip, port: port) }
        return isHostName(host) ? .name(host, port: port) : nil
    }

    /// As it is written in a file.
    static func text(of address: ListenAddress) -> String {
        switch address {
        case .ip(nil, let port): ":\(port)"
        case .ip(let ip?, let port):
            ip.family == .v4 ? "\(ip.text):\(port)" : "[\(ip.text)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// RFC 1123 section 2.1, with `_`; not all digits and dots.
    private static func isHostName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253,
            labels.last?.utf8.contains(where: { !$0.isASCIIDigit }) ?? false
        else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") }
        }
    }
}

extension Resolver {
    mutating func listenAddress(_ word: WordSyntax) -> ListenAddress? {
        switch AddressText.parse(word.text) {
        case .ip(let ip, let port): return .ip(ip, port: port)
        case .unix(let path): return .unix(path: path)
        case .name, nil:
            report(
                Diagnostic(
                    .badAddress, at: word.span, "`\(word.text)` is not an address to listen on",
                    help: "write `127.0.0.1:8080`, `[::1]:8080`, `:8080` or `unix:/path`"))
            return nil
        }
    }

    mutating func serverAddress(_ word: WordSyntax) -> Server.Address? {
        switch AddressText.parse(word.text) {
        case .ip(let ip?, let port) where port > 0: return .ip(ip, port: port)
        case .name(let name, let port) where port > 0: return .name(name, port: port)
        case .unix(let path): return .unix(path: path)
        default:
            report(
                Diagnostic(
                    .badAddress, at: word.span, "`\(word.text)` is not the address of a server",
                    help: "write `10.0.0.1:8080`, `[::1]:8080`, `users.internal:8080` or "
                        + "`unix:/path`"))
            return nil
        }
    }
}
