import Testing

@testable import RequestModel

@Suite struct ByteSetTests {
    /// The set written as bits is the one that its comment describes.
    @Test(arguments: UInt8.min...UInt8.max) func bits(_ byte: UInt8) {
        let isName = ASCII.isAlphanumeric(byte) || Array("-._".utf8).contains(byte)
        #expect(CanonicalHost.nameBytes.contains(byte) == isName)
    }
}
