internal import RequestModel

/// A value of the request as the tree reads it: a field, or a transformation of another term.
struct LoweredTerm: Sendable, Equatable {
    enum Kind: UInt8, Sendable, CaseIterable {
        /// `argument`: the slot of the header, cookie or query name.
        case header, cookie, query
        case wholeQuery, path, rawPath
        case segments
        /// `argument`: which.
        case segment
        case segmentCount
        case method, scheme, host, port, url, listener, httpVersion, httpUpgrade
        case clientIP, clientPort, peerIP, peerPort
        case tls, tlsSNI, tlsVersion, tlsALPN, tlsClientSubject, tlsClientVerified
        case now
        /// `argument`: the term that is transformed.
        case lower, length, integer
        /// The bits of an address as text, for nodes that look for blocks.
        case bits
    }

    var kind: Kind
    /// All values, not the first one only.
    var isAny: Bool
    var argument: UInt32

    fileprivate func hash(_ hash: KeyHash) -> UInt32 {
        hash.hash(UInt64(kind.rawValue) << 33 | UInt64(isAny ? 1 : 0) << 32 | UInt64(argument))
    }
}

/// Each distinct term once, and the names that cookie and query terms ask for.
struct TermTable {
    private(set) var terms: [LoweredTerm] = []
    private(set) var cookieNames: [[UInt8]] = []
    private(set) var queryNames: [[UInt8]] = []
    private let hash: KeyHash
    private var numbers = NumberTable()
    private var cookieSlots: [[UInt8]: UInt32] = [:]
    private var querySlots: [[UInt8]: UInt32] = [:]

    init(_ hash: KeyHash) { self.hash = hash }

    mutating func intern(_ term: ValueTerm) -> UInt32 {
        if case .pathSegments = term.field, term.transforms == [.length], !term.isAny {
            return intern(LoweredTerm(kind: .segmentCount, isAny: false, argument: 0))
        }
        let (kind, argument) = lowered(term.field)
        let base = LoweredTerm(kind: kind, isAny: term.isAny, argument: argument)
        return term.transforms.reduce(intern(base)) { inner, transform in
            switch transform {
            case .lower: transformed(inner, .lower)
            case .length: transformed(inner, .length)
            case .integer: transformed(inner, .integer)
            }
        }
    }

    mutating func transformed(_ term: UInt32, _ kind: LoweredTerm.Kind) -> UInt32 {
        let inner = terms[Int(term)]
        if kind == .lower, inner.kind == .lower { return term }
        return intern(LoweredTerm(kind: kind, isAny: inner.isAny, argument: term))
    }

    /// The path's segment of a number.
    mutating func segment(_ index: UInt32) -> UInt32 {
        intern(LoweredTerm(kind: .segment, isAny: false, argument: index))
    }

    /// The field below all transformations.
    func field(of term: UInt32) -> LoweredTerm {
        let inner = terms[Int(term)]
        switch inner.kind {
        case .lower, .length, .integer, .bits: return field(of: inner.argument)
        default: return inner
        }
    }

    private mutating func intern(_ term: LoweredTerm) -> UInt32 {
        let hash = term.hash(hash)
        if let known = numbers.find(hash, { terms[Int($0)] == term }) { return known }
        let number = UInt32(terms.count)
        terms.append(term)
        numbers.add(hash, number)
        return number
    }

    private static func slot(
        _ name: [UInt8], _ names: inout [[UInt8]], _ slots: inout [[UInt8]: UInt32]
    ) -> UInt32 {
        if let known = slots[name] { return known }
        let slot = UInt32(names.count)
        names.append(name)
        slots[name] = slot
        return slot
    }

    private mutating func lowered(_ field: Field) -> (LoweredTerm.Kind, UInt32) {
        switch field {
        case .header(let slot): (.header, UInt32(slot.index))
        case .cookie(let name): (.cookie, Self.slot(name, &cookieNames, &cookieSlots))
        case .query(let name): (.query, Self.slot(name, &queryNames, &querySlots))
        case .wholeQuery: (.wholeQuery, 0)
        case .path: (.path, 0)
        case .rawPath: (.rawPath, 0)
        case .pathSegments: (.segments, 0)
        case .pathSegment(let index): (.segment, UInt32(clamping: index))
        case .method: (.method, 0)
        case .scheme: (.scheme, 0)
        case .host: (.host, 0)
        case .port: (.port, 0)
        case .url: (.url, 0)
        case .listener: (.listener, 0)
        case .httpVersion: (.httpVersion, 0)
        case .httpUpgrade: (.httpUpgrade, 0)
        case .clientIP: (.clientIP, 0)
        case .clientPort: (.clientPort, 0)
        case .peerIP: (.peerIP, 0)
        case .peerPort: (.peerPort, 0)
        case .tls: (.tls, 0)
        case .tlsSNI: (.tlsSNI, 0)
        case .tlsVersion: (.tlsVersion, 0)
        case .tlsALPN: (.tlsALPN, 0)
        case .tlsClientSubject: (.tlsClientSubject, 0)
        case .tlsClientVerified: (.tlsClientVerified, 0)
        case .now: (.now, 0)
        }
    }
}
