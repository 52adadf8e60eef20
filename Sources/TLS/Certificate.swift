internal import COpenSSL

/// What we ask of a certificate that OpenSSL owns; lives no longer than its owner.
@safe struct Certificate {
    private let raw: OpaquePointer

    init(_ raw: OpaquePointer) {
        unsafe self.raw = unsafe raw
    }

    /// The certificate of a context's key.
    init?(of context: ContextHandle) {
        guard let raw = unsafe SSL_CTX_get0_certificate(context.raw) else { return nil }
        unsafe self.raw = unsafe raw
    }

    enum Validity {
        case valid, expired, notYetValid
    }

    /// By the clock of this machine.
    var validity: Validity {
        // A time that cannot be read gives 0; peers will refuse it, we need not.
        if unsafe X509_cmp_current_time(X509_get0_notAfter(raw)) < 0 { return .expired }
        return unsafe X509_cmp_current_time(X509_get0_notBefore(raw)) > 0 ? .notYetValid : .valid
    }

    /// The subject on one line (RFC 2253); bytes above 127 are escaped.
    var subject: String {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(bio) }
        guard unsafe copenssl_print_name_rfc2253(bio, X509_get_subject_name(raw)) >= 0 else {
            return ""
        }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_memory(bio, &start)
        guard let start = unsafe start, count > 0 else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The dNSName entries of the subject alternative name, lower case; wildcards as written.
    var hostNames: [[UInt8]] {
        guard let extensionValue = unsafe X509_get_ext_d2i(raw, NID_subject_alt_name, nil, nil)
        else { return [] }
        let names = OpaquePointer(extensionValue)
        defer { unsafe GENERAL_NAMES_free(names) }
        var found: [[UInt8]] = []
        let count = unsafe copenssl_alt_name_count(names)
        for index in 0..<count {
            guard let name = unsafe copenssl_alt_dns_name(names, index) else { continue }
            let start = unsafe ASN1_STRING_get0_data(name)
            let bytes = unsafe UnsafeBufferPointer(
                start: start, count: Int(ASN1_STRING_length(name)))
            unsafe found.append(HostName.lowercased(bytes))
        }
        return found
    }
}
