internal import HTTPWire
internal import RuleLang

/// A rule's header edits, applied in their order: a later `set` or `remove` of a name undoes what
/// came before.
enum HeaderEdits {
    /// Whether a received line of this name is dropped.
    static func drops(_ name: ArraySlice<UInt8>, _ edits: [HeaderEdit]) -> Bool {
        edits.contains { edit in
            (edit.operation == .set || edit.operation == .remove)
                && FieldText.equalsIgnoringCase(name, edit.name)
        }
    }

    /// The lines that the edits leave to be written.
    static func additions(_ edits: [HeaderEdit]) -> [HeaderEdit] {
        edits.enumerated().filter { index, edit in
            switch edit.operation {
            case .remove, .removeCookie: return false
            case .set, .add:
                return !edits[(index + 1)...].contains {
                    ($0.operation == .set || $0.operation == .remove) && $0.name == edit.name
                }
            case .setCookie:
                return !edits[(index + 1)...].contains {
                    ($0.operation == .setCookie || $0.operation == .removeCookie)
                        && $0.name == edit.name
                }
            }
        }.map { edit in
            guard edit.element.operation == .setCookie else { return edit.element }
            return HeaderEdit(
                .add, name: Array("set-cookie".utf8), value: edit.element.value)
        }
    }

    /// Whether a `Set-Cookie` line is of a cookie that an edit sets or removes.
    static func dropsCookie(_ value: ArraySlice<UInt8>, _ edits: [HeaderEdit]) -> Bool {
        let name = value.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
        return edits.contains { edit in
            (edit.operation == .setCookie || edit.operation == .removeCookie)
                && edit.name.elementsEqual(name)
        }
    }
}
