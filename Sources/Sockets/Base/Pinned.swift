/// An object that is kept alive by this value, so that reading it needs no reference count: two
/// locked instructions each, on a counter that all workers share. For what many requests read and
/// nothing changes.
@safe @usableFromInline package struct Pinned<Object: AnyObject & Sendable>: ~Copyable {
    /// The object, to be kept.
    package let object: Object
    @usableFromInline let reference: Unmanaged<Object>

    package init(_ object: Object) {
        self.object = object
        unsafe reference = Unmanaged.passUnretained(object)
    }

    /// The object cannot end in `body`, which borrows this value.
    @inlinable package func read<Result>(_ body: (Object) -> Result) -> Result {
        unsafe reference._withUnsafeGuaranteedRef(body)
    }
}
