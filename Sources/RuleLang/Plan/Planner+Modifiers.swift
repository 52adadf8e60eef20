internal import RequestModel

/// Modifiers, in the order written; each sees the path as the ones before left it, and values of
/// the
/// original request.
extension Planner {
    func apply(
        _ modifiers: [Modifier], _ renderer: TemplateRenderer, _ view: RequestView,
        _ plan: inout RoutingPlan
    ) {
        guard !modifiers.isEmpty else { return }
        var path = Array(view.text(view.path))
        var query: [UInt8]? = view.query.map { Array(view.text($0)) }
        var isRewritten = false
        for modifier in modifiers {
            switch modifier.kind {
            case .stripPrefix(let prefix):
                strip(prefix, from: &path)
                isRewritten = true
            case .rewritePath(let template):
                isRewritten = true
                path = renderer.render(template, .path)
                guard Self.isForwardable(path) else {
                    plan.outcome = .refused(status: 500, reason: "rewrite_refused")
                    return
                }
            case .rewriteQuery(let template):
                let text = renderer.render(template, .query)
                query = text.isEmpty ? nil : text
                isRewritten = true
            case .rewriteHost(let template):
                let host = renderer.render(template, .header)
                guard CanonicalHost.parse(host) != nil else {
                    plan.outcome = .refused(status: 500, reason: "rewrite_refused")
                    return
                }
                plan.host = host
            default: edit(modifier.kind, renderer, &plan)
            }
        }
        if isRewritten {
            plan.rewrittenTarget = path + (query.map { [UInt8(ascii: "?")] + $0 } ?? [])
        }
    }

    private func edit(
        _ kind: Modifier.Kind, _ renderer: TemplateRenderer, _ plan: inout RoutingPlan
    ) {
        func add(_ side: Modifier.Side, _ edit: HeaderEdit) {
            if side == .request {
                plan.requestEdits.append(edit)
            } else {
                plan.responseEdits.append(edit)
            }
        }
        switch kind {
        case .setHeader(let side, let name, let template):
            add(side, HeaderEdit(.set, name: name, value: renderer.render(template, .header)))
        case .addHeader(let side, let name, let template):
            add(side, HeaderEdit(.add, name: name, value: renderer.render(template, .header)))
        case .removeHeader(let side, let name):
            add(side, HeaderEdit(.remove, name: name))
        case .setCookie(let name, let template, let attributes):
            let value = renderer.render(template, .cookie)
            add(
                .response,
                HeaderEdit(
                    .setCookie, name: name, value: name + [UInt8(ascii: "=")] + value + attributes))
        case .removeCookie(let name):
            add(.response, HeaderEdit(.removeCookie, name: name))
        case .timeout(let timeout, let milliseconds):
            plan.timeouts.append((timeout, milliseconds))
        case .tag(let name, let template):
            plan.tags.append((name, renderer.render(template, .header)))
        default: break
        }
    }

    /// By segment: `/api` is cut from `/api` and `/api/x`, not from `/apix`.
    private func strip(_ prefix: [UInt8], from path: inout [UInt8]) {
        guard path.starts(with: prefix) else { return }
        if path.count == prefix.count {
            path = [UInt8(ascii: "/")]
        } else if path[prefix.count] == UInt8(ascii: "/") {
            path.removeFirst(prefix.count)
            // With `empty_segments keep` what is left may begin with `//`, which a server could
            // read as an authority.
            while path.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]) { path.removeFirst() }
        }
    }

    /// A path that no server reads as something else: rooted, not `//`, no dot segment.
    private static func isForwardable(_ path: [UInt8]) -> Bool {
        guard path.first == UInt8(ascii: "/"), !path.starts(with: Array("//".utf8)),
            !path.starts(with: Array("/\\".utf8)), !path.contains(UInt8(ascii: "?")),
            !path.contains(UInt8(ascii: "#"))
        else { return false }
        return path.split(separator: UInt8(ascii: "/")).allSatisfy { segment in
            let decoded = String(decoding: segment, as: UTF8.self).lowercased()
                .split(separator: "%2e", omittingEmptySubsequences: false).joined(separator: ".")
            return decoded != "." && decoded != ".."
        }
    }
}
