internal import CPCRE2

/// What a search writes to: captures, limits, the JIT stack. One a worker, never shared by threads.
@safe package final class PatternScratch {
    package let limits: MatchLimits
    private let context: OpaquePointer
    private let jitStack: OpaquePointer
    private var data: OpaquePointer
    private var pairs: Int
    /// Where the last matched subject begins in its array, and how many of `pairs` the match set.
    private var base = 0
    private var filled = 0

    /// Traps when there is no memory for it.
    package init(limits: MatchLimits = MatchLimits()) {
        self.limits = limits
        pairs = 16
        let stackBytes = max(limits.jitStackKiB, 32) * 1024
        guard let context = unsafe pcre2_match_context_create_8(nil),
            let jitStack = unsafe pcre2_jit_stack_create_8(32 * 1024, stackBytes, nil),
            let data = unsafe pcre2_match_data_create_8(UInt32(pairs), nil)
        else { fatalError("no memory for the state of a regex search") }
        unsafe self.context = context
        unsafe self.jitStack = jitStack
        unsafe self.data = data
        unsafe pcre2_set_match_limit_8(context, limits.steps)
        unsafe pcre2_set_depth_limit_8(context, limits.depth)
        unsafe pcre2_set_heap_limit_8(context, limits.heapKiB)
        unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(jitStack))
    }

    deinit {
        unsafe pcre2_match_data_free_8(data)
        unsafe pcre2_jit_stack_free_8(jitStack)
        unsafe pcre2_match_context_free_8(context)
    }

    /// Searches `bytes[range]` as a subject of its own: nothing outside of `range` is looked at,
    /// not
    /// by a look-behind either. Copies nothing. Traps when `range` is not within `bytes`.
    package func match(
        _ pattern: CompiledPattern, in bytes: [UInt8], range: Range<Int>
    ) -> MatchResult {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe search(
                pattern, UnsafeBufferPointer(rebasing: buffer[range]), base: range.lowerBound)
        }
    }

    /// Searches all of `bytes`.
    package func match(_ pattern: CompiledPattern, in bytes: [UInt8]) -> MatchResult {
        unsafe bytes.withUnsafeBufferPointer { unsafe search(pattern, $0, base: 0) }
    }

    /// Searches all of `subject`; captures are offsets into it.
    package func match(_ pattern: CompiledPattern, in subject: Span<UInt8>) -> MatchResult {
        unsafe subject.withUnsafeBufferPointer { unsafe search(pattern, $0, base: 0) }
    }

    /// The bytes of capture `number` (0: the whole match) of the last match, as offsets into the
    /// array that was searched. Absent when the group took no part, when the pattern has no such
    /// group, and when the last search did not match.
    package func capture(_ number: Int) -> Range<Int>? {
        guard number >= 0, number < filled else { return nil }
        let offsets = unsafe pcre2_get_ovector_pointer_8(data)!
        let start = unsafe offsets[2 * number]
        let end = unsafe offsets[2 * number + 1]
        // PCRE2_UNSET is all ones, which is -1 here.
        guard start >= 0, end >= start else { return nil }
        return base + start..<base + end
    }

    private func search(
        _ pattern: CompiledPattern, _ subject: UnsafeBufferPointer<UInt8>, base: Int
    ) -> MatchResult {
        if pattern.captureCount >= pairs { grow(to: pattern.captureCount + 1) }
        guard let start = subject.baseAddress else {
            // A buffer without memory of its own is an empty subject; the engine wants an address.
            var none: UInt8 = 0
            return unsafe withUnsafePointer(to: &none) { unsafe run(pattern, $0, 0, base: base) }
        }
        return unsafe run(pattern, start, subject.count, base: base)
    }

    private func run(
        _ pattern: CompiledPattern, _ start: UnsafePointer<UInt8>, _ count: Int, base: Int
    ) -> MatchResult {
        let code = unsafe pcre2_match_8(pattern.code, start, count, 0, 0, data, context)
        filled = code > 0 ? Int(code) : 0
        self.base = base
        if code > 0 { return .match }
        return code == PCRE2_ERROR_NOMATCH ? .noMatch : .error(PatternLimit(engineCode: code))
    }

    private func grow(to count: Int) {
        guard let larger = unsafe pcre2_match_data_create_8(UInt32(count), nil) else {
            fatalError("no memory for the captures of a regex")
        }
        unsafe pcre2_match_data_free_8(data)
        unsafe data = larger
        pairs = count
    }
}

extension PatternLimit {
    fileprivate init(engineCode: Int32) {
        switch engineCode {
        case PCRE2_ERROR_MATCHLIMIT: self = .steps
        case PCRE2_ERROR_DEPTHLIMIT: self = .depth
        case PCRE2_ERROR_HEAPLIMIT: self = .heap
        case PCRE2_ERROR_JIT_STACKLIMIT: self = .jitStack
        default: self = .engine(engineCode)
        }
    }
}
