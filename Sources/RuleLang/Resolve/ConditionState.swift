internal import RequestModel

/// What resolving conditions and rules remembers, so that equal things are one thing in the program
/// and nothing is reported twice.
struct ConditionState {
    struct SetKey: Hashable {
        var name: String?
        var elements: ElementSet.Elements
    }

    /// A named set as it was typed for one type of value; nil when it does not fit.
    struct TypedSetKey: Hashable {
        var name: String
        var type: ValueType
        var use: LiteralUse
    }

    var setIDs: [SetKey: SetID] = [:]
    var typedSets: [TypedSetKey: SetID?] = [:]
    /// The literals of named sets for string operators.
    var typedLists: [TypedSetKey: [[UInt8]]] = [:]
    var patternIDs: [[UInt8]: PatternID] = [:]
    /// Rule labels of each table, with their places.
    var labels: [RuleTableID: [String: SourceSpan]] = [:]
    /// Names that the conditions of the present rule capture on some way.
    var maybeCaptured: Set<String> = []
    /// Bundles of `defaults { use NAME }`: they come first in every rule.
    var defaultBundles: [NameSyntax] = []
}
