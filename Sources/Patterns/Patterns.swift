/// A compiled regular expression; immutable, shared by all workers.
package final class CompiledPattern: Sendable {}
