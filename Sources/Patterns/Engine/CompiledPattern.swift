internal import CPCRE2

/// A regex of the rule language (language.md, Semantics 7), compiled once and shared by all
/// threads.
///
/// PCRE2 in bytes: `.` matches a newline too, `$` only the very end, letters fold and classes hold
/// by
/// ASCII. What would change these meanings, or the meaning of "the match", is refused.
@safe package final class CompiledPattern: @unchecked Sendable {
    // Written by `init` only (the JIT compiler writes to it), so sharing it is sound.
    let code: OpaquePointer
    /// The pattern as written.
    package let source: [UInt8]
    /// Capturing groups, named or not.
    package let captureCount: Int
    /// The named groups by number. A name stands once.
    package let captureNames: [(name: String, number: Int)]
    /// False where the engine interprets the pattern, because the machine or the pattern does not
    /// allow more. Decided here, so one pattern always runs in one mode.
    package let isJITCompiled: Bool

    package init(_ pattern: [UInt8]) throws(PatternError) {
        if let refusal = PatternRefusal.first(in: pattern) { throw refusal }
        let code = try unsafe compile(pattern)
        unsafe self.code = code
        source = pattern
        isJITCompiled = unsafe pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) == 0
        captureCount = Int(unsafe number(PCRE2_INFO_CAPTURECOUNT, of: code))
        captureNames = unsafe names(of: code)
        if let error = duplicateName(in: captureNames, of: pattern) { throw error }
    }

    deinit { unsafe pcre2_code_free_8(code) }
}

/// One context for all patterns would have to be locked; it lives for a call.
private func compile(_ pattern: [UInt8]) throws(PatternError) -> OpaquePointer {
    guard let context = unsafe pcre2_compile_context_create_8(nil) else {
        fatalError("no memory to compile a regex")
    }
    defer { unsafe pcre2_compile_context_free_8(context) }
    // The library's build decides these otherwise, and a rule must mean the same everywhere.
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    unsafe pcre2_set_bsr_8(context, UInt32(PCRE2_BSR_ANYCRLF))
    let options =
        PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY
        | PCRE2_DOTALL
    var errorCode: Int32 = 0
    var errorOffset = 0
    // One byte more than the pattern, so that an empty pattern has an address too.
    let code = unsafe (pattern + [0]).withUnsafeBufferPointer { buffer in
        unsafe pcre2_compile_8(
            buffer.baseAddress!, pattern.count, options, &errorCode, &errorOffset, context)
    }
    guard let code = unsafe code else {
        throw PatternError(engineCode: errorCode, offset: errorOffset, in: pattern)
    }
    return unsafe code
}

private func number(_ what: Int32, of code: OpaquePointer) -> UInt32 {
    var value: UInt32 = 0
    let result = unsafe pcre2_pattern_info_8(code, UInt32(what), &value)
    precondition(result == 0, "the engine knows this item")
    return value
}

private func names(of code: OpaquePointer) -> [(name: String, number: Int)] {
    let count = Int(unsafe number(PCRE2_INFO_NAMECOUNT, of: code))
    guard count > 0 else { return [] }
    let entrySize = Int(unsafe number(PCRE2_INFO_NAMEENTRYSIZE, of: code))
    var table: UnsafePointer<UInt8>?
    let result = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard result == 0, let table = unsafe table else { return [] }
    let entries = (0..<count).map { index in
        // Two bytes of group number, high byte first, then the name and a zero byte.
        let entry = unsafe UnsafeBufferPointer(start: table + index * entrySize, count: entrySize)
        let name = unsafe String(decoding: entry.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        return unsafe (name: name, number: Int(entry[0]) << 8 | Int(entry[1]))
    }
    return entries.sorted { ($0.number, $0.name) < ($1.number, $1.name) }
}

/// The engine itself refuses a second group of one name, unless `(?J)` allows it.
private func duplicateName(
    in names: [(name: String, number: Int)], of pattern: [UInt8]
) -> PatternError? {
    var seen: Set<String> = []
    guard let twice = names.first(where: { !seen.insert($0.name).inserted }) else { return nil }
    let places = PatternLexer.namedGroups(in: pattern).filter { $0.name == twice.name }
    let place = places.dropFirst().first?.span ?? 0..<pattern.count
    return .duplicateName(twice.name, at: place)
}
