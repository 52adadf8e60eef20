internal import RequestModel

extension Resolver {
    mutating func setFileElements(_ set: SetSyntax) -> [(bytes: [UInt8], span: SourceSpan)]? { nil }
    mutating func tableColumnPools(_ table: TableID, column: Int, at span: SourceSpan) {}
    mutating func loadFile(_ path: StringSyntax) -> LoadedFile? { nil }
    func policies() -> [ListenerPolicy] { [ListenerPolicy()] }
}
