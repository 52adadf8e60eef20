/// How much of a head is read before it is refused.
package struct HeadLimits: Sendable {
    /// Bytes from the first of the start line to the end of the empty line.
    package var head: Int
    /// Field lines.
    package var fields: Int
    /// Bytes of the request-target.
    package var target: Int

    /// All three are inclusive maxima.
    package init(head: Int, fields: Int, target: Int) {
        self.head = head
        self.fields = fields
        self.target = target
    }
}
