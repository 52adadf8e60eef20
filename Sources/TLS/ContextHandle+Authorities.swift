internal import COpenSSL

extension ContextHandle {
    /// SHA-256 of each trusted certificate, in an order that does not depend on the file; nil when
    /// one of them cannot be hashed.
    var authorities: [[UInt8]]? {
        var digests: [[UInt8]] = []
        let count = unsafe copenssl_trusted_count(raw)
        for index in 0..<count {
            guard let certificate = unsafe copenssl_trusted(raw, index) else { continue }
            var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            var size: UInt32 = 0
            guard unsafe X509_digest(certificate, EVP_sha256(), &digest, &size) == 1 else {
                return nil
            }
            digests.append(Array(digest.prefix(Int(size))))
        }
        return digests.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
