/// By rule of a program: what needs nothing of the request, made once for all workers.
package struct PreparedActions: Sendable {
    let actions: [PreparedAction]

    init() {
        actions = []
    }

    package init(_ program: Program) {
        actions = program.rules.map { PreparedAction($0) }
    }
}

/// A rule's action as far as it is the same for every request.
enum PreparedAction: Sendable {
    /// To a pool, without modifiers or captures.
    case forward(PoolID)
    /// A fixed answer, without modifiers or captures.
    case answer(LocalAnswer)
    /// Depends on the request.
    case perRequest

    init(_ rule: Rule) {
        guard rule.modifiers.isEmpty, rule.captures.isEmpty else {
            self = .perRequest
            return
        }
        switch rule.action {
        case .pool(let pool): self = .forward(pool)
        case .deny(let status): self = .answer(.denied(status))
        case .respond(let status, .none):
            self = .answer(LocalAnswer(status: status, headers: [], body: []))
        case .respond(let status, .file(let path, let bytes)):
            self = .answer(.file(status, path: path, bytes))
        case .respond(let status, .template(let template)):
            guard let text = template.constant else {
                self = .perRequest
                return
            }
            self = .answer(.text(status, text))
        case .redirect, .tablePool, .split, .close: self = .perRequest
        }
    }
}

extension Template {
    /// The text, when nothing in it depends on the request.
    fileprivate var constant: [UInt8]? {
        var text: [UInt8] = []
        for piece in pieces {
            guard case .text(let bytes) = piece else { return nil }
            text += bytes
        }
        return text
    }
}
