internal import RequestModel

/// Fills templates from the original request. What is substituted is encoded for its place; control
/// bytes are percent-encoded in every place.
struct TemplateRenderer {
    let program: Program
    let captures: [Capture]
    let plan: RoutingPlan
    let view: RequestView

    enum Place {
        case header, body, cookie, path, query
        /// Between `//` and the path of an absolute URL.
        case authority
    }

    /// Where a substituted value comes from decides what it may contain already.
    private enum Origin {
        /// Of the canonical path: right in a path as it is.
        case path
        /// The query as received.
        case query
        /// Of the operator's own files.
        case file
        case other
    }

    func render(_ template: Template, _ place: Place) -> [UInt8] {
        var output: [UInt8] = []
        for piece in template.pieces {
            if case .text(let bytes) = piece {
                output += bytes
            } else if let (value, origin) = value(of: piece) {
                output += encoded(value, origin, place)
            }
        }
        return output
    }

    /// A `Location`: the place of each value is what the text before it leads to. Nil when it would
    /// lead elsewhere than its text says.
    func location(_ template: Template) -> [UInt8]? {
        var output: [UInt8] = []
        for piece in template.pieces {
            if case .text(let bytes) = piece {
                output += bytes
            } else if let (value, origin) = value(of: piece) {
                var place = Self.place(after: output)
                if place == .authority {
                    // `https://example.com${path}`: the canonical path ends the authority itself.
                    let isRooted =
                        value.first == UInt8(ascii: "/") || value.first == UInt8(ascii: "?")
                    if isRooted, origin == .path || origin == .query {
                        place = .path
                    } else if !value.allSatisfy(Self.isHostByte) {
                        return nil
                    }
                }
                output += encoded(value, origin, place)
            }
        }
        let isElsewhere =
            output.starts(with: Array("//".utf8)) || output.starts(with: Array("/\\".utf8))
        return isElsewhere || output.isEmpty || Self.lacksHost(output) ? nil : output
    }

    /// `https://` and no name before the port or the path, as `${host}` of a request without Host.
    private static func lacksHost(_ location: [UInt8]) -> Bool {
        for scheme in ["http://", "https://"] where location.starts(with: Array(scheme.utf8)) {
            guard let next = location.dropFirst(scheme.utf8.count).first else { return true }
            return ":/?#".utf8.contains(next)
        }
        return false
    }

    private static func place(after output: [UInt8]) -> Place {
        var rest = output[...]
        for scheme in ["http://", "https://"] where output.starts(with: Array(scheme.utf8)) {
            rest = output.dropFirst(scheme.utf8.count)
            if !rest.contains(where: { "/?#".utf8.contains($0) }) { return .authority }
        }
        return rest.contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ? .query : .path
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        byte.isNameByte || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    // MARK: - Values

    private func value(of piece: Template.Piece) -> ([UInt8], Origin)? {
        switch piece {
        case .text: return nil
        case .queryWithMark:
            guard let query = view.query else { return nil }
            return ([UInt8(ascii: "?")] + view.text(query), .query)
        case .value(let term, let fallback):
            if let value = term.values(in: view).first { return (value.text, origin(of: term)) }
            return fallback.map { ($0, .file) }
        case .capture(let index, let fallback):
            let value = index < plan.captures.count ? plan.captures[index].value : []
            if value.isEmpty, let fallback { return (fallback, .file) }
            return (value, origin(of: captures[index]))
        case .splitArm(let split, let fallback):
            guard let draw = plan.draws.first(where: { $0.split == split }) else {
                return fallback.map { ($0, .file) }
            }
            return (Array(program.splits[split].arms[draw.arm].identity.utf8), .file)
        }
    }

    private func origin(of term: ValueTerm) -> Origin {
        switch term.field {
        case .path, .pathSegment: .path
        case .wholeQuery: .query
        default: .other
        }
    }

    private func origin(of capture: Capture) -> Origin {
        let origins = capture.sources.map { source -> Origin in
            switch program.atoms[source.atom] {
            case .row: .file
            case .test(let term, _): origin(of: term)
            }
        }
        guard let first = origins.first, origins.allSatisfy({ $0 == first }) else { return .other }
        return first
    }

    // MARK: - Encoding

    private func encoded(_ value: [UInt8], _ origin: Origin, _ place: Place) -> [UInt8] {
        var output: [UInt8] = []
        for byte in value {
            if isAllowed(byte, origin, place) {
                output.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                output += [
                    UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)],
                ]
            }
        }
        return output
    }

    private func isAllowed(_ byte: UInt8, _ origin: Origin, _ place: Place) -> Bool {
        guard byte >= 0x20, byte != 0x7f else { return false }
        switch place {
        case .header, .body: return true
        case .cookie:
            // RFC 6265 section 4.1.1, cookie-octet.
            return byte > 0x20 && byte < 0x7f && !Array("\",;\\".utf8).contains(byte)
        case .authority: return Self.isHostByte(byte)
        case .path:
            if origin == .path || origin == .file || origin == .query {
                return byte > 0x20 && byte < 0x7f
            }
            return Self.isUnreserved(byte) || Array("!$'()*,:@".utf8).contains(byte)
        case .query:
            if origin == .query || origin == .file { return byte > 0x20 && byte < 0x7f }
            return Self.isUnreserved(byte) || Array("!$'()*,:@/".utf8).contains(byte)
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isNameByte || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "~")
    }
}
