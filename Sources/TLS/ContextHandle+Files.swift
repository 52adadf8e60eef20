internal import COpenSSL

extension ContextHandle {
    /// Loads a certificate with its chain, and the key that belongs to it; nil: done.
    func useCertificate(_ certificatePath: String, key keyPath: String) -> TLSError? {
        var wantedPassphrase = false
        return unsafe withUnsafeMutablePointer(to: &wantedPassphrase) { wanted in
            // OpenSSL would ask for a passphrase on the terminal.
            unsafe SSL_CTX_set_default_passwd_cb_userdata(raw, wanted)
            unsafe SSL_CTX_set_default_passwd_cb(raw) { _, _, _, wanted in
                unsafe wanted?.assumingMemoryBound(to: Bool.self).pointee = true
                return -1
            }
            defer { unsafe SSL_CTX_set_default_passwd_cb_userdata(raw, nil) }
            ERR_clear_error()
            guard unsafe SSL_CTX_use_certificate_chain_file(raw, certificatePath) == 1 else {
                return Self.fileError(certificatePath, "certificate")
            }
            return unsafe useKey(keyPath, of: certificatePath, wanted)
        }
    }

    private func useKey(
        _ keyPath: String, of certificatePath: String, _ wantedPassphrase: UnsafePointer<Bool>
    ) -> TLSError? {
        let mismatch = TLSError(
            "the key in `\(keyPath)` does not belong to the certificate in `\(certificatePath)`")
        ERR_clear_error()
        if unsafe SSL_CTX_use_PrivateKey_file(raw, keyPath, SSL_FILETYPE_PEM) != 1 {
            if unsafe wantedPassphrase.pointee {
                return TLSError("the private key in `\(keyPath)` is encrypted with a passphrase")
            }
            let error = LibraryError.first
            let isMismatch =
                error?.library == ERR_LIB_X509
                && [X509_R_KEY_VALUES_MISMATCH, X509_R_KEY_TYPE_MISMATCH].contains(error?.reason)
            return isMismatch ? mismatch : Self.fileError(keyPath, "private key")
        }
        // A key of another kind than the certificate is stored without a complaint.
        return unsafe SSL_CTX_check_private_key(raw) == 1 ? nil : mismatch
    }

    /// Trusts the authorities in a PEM file; nil: done.
    func trust(_ path: String) -> TLSError? {
        ERR_clear_error()
        return unsafe SSL_CTX_load_verify_file(raw, path) == 1
            ? nil : Self.fileError(path, "certificate")
    }

    /// Tells clients which authorities are good for their certificates; nil: done.
    func announceAuthorities(_ path: String) -> TLSError? {
        ERR_clear_error()
        guard let names = unsafe SSL_load_client_CA_file(path) else {
            return Self.fileError(path, "certificate")
        }
        unsafe SSL_CTX_set_client_CA_list(raw, names)
        return nil
    }

    private static func fileError(_ path: String, _ content: String) -> TLSError {
        guard let error = LibraryError.first else {
            return TLSError("`\(path)` holds no PEM \(content)")
        }
        if error.isSystem { return TLSError("cannot read `\(path)`: \(error.text)") }
        let isElsewhere =
            error.library == ERR_LIB_PEM && error.reason == PEM_R_NO_START_LINE
            || error.library == ERR_LIB_OSSL_DECODER
            || error.library == ERR_LIB_X509 && error.reason == X509_R_NO_CERTIFICATE_OR_CRL_FOUND
        if isElsewhere { return TLSError("`\(path)` holds no PEM \(content)") }
        return TLSError("`\(path)` holds no usable PEM \(content): \(error.text)")
    }
}
