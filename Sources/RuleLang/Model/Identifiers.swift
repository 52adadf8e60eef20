/// Indices into the arrays of one `Program`. A number of one kind cannot be used for another.
@usableFromInline
package struct ID<Kind>: Hashable, Sendable, Comparable {
    @usableFromInline package let index: Int
    @inlinable package init(_ index: Int) { self.index = index }
    @inlinable package static func < (a: ID, b: ID) -> Bool { a.index < b.index }
}

package typealias ListenerID = ID<Listener>
package typealias PoolID = ID<Pool>
package typealias SplitID = ID<Split>
package typealias SetID = ID<ElementSet>
package typealias TableID = ID<LookupTable>
package typealias RuleTableID = ID<RuleTable>
package typealias RuleID = ID<Rule>
package typealias LetID = ID<LetBinding>
package typealias AtomID = ID<Atom>
package typealias PatternID = ID<CompiledRegex>

extension Array {
    package subscript(id: ID<Element>) -> Element {
        get { self[id.index] }
        set { self[id.index] = newValue }
    }
}
