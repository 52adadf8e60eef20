/// How a listener reads a URL: the listener settings of language.md 3.
package struct ListenerPolicy: Hashable, Sendable {
    package enum EncodedSlash: UInt8, Sendable { case refuse, keep }
    package enum EmptySegments: UInt8, Sendable { case merge, keep, refuse }
    package enum PathParameters: UInt8, Sendable { case keep, strip, refuse }
    package enum DoubleEncoding: UInt8, Sendable { case keep, refuse }
    package enum HeaderUnderscores: UInt8, Sendable { case drop, keep }

    package var encodedSlash = EncodedSlash.refuse
    package var emptySegments = EmptySegments.merge
    package var pathParameters = PathParameters.keep
    package var doubleEncoding = DoubleEncoding.keep
    package var headerUnderscores = HeaderUnderscores.drop

    package init() {}
}
