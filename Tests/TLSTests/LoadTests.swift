import Testing

@testable import TLS

@Suite struct LoadTests {
    private func message(_ certificate: String, _ key: String, ca: String? = nil) -> String? {
        let identity = TLSIdentity(
            certificatePath: Authority.path(certificate), keyPath: Authority.path(key),
            clientCAPath: ca.map(Authority.path), clientVerification: ca == nil ? .none : .required)
        switch TLSListenerContext.load([identity], tickets: TicketKeys()) {
        case .success: return nil
        case .failure(let error):
            return error.message.replacing("\(Authority.folder)/", with: "")
        }
    }

    @Test func wrongFilesAreNamed() throws {
        _ = Authority.write("garbage.pem", "not a certificate")
        _ = Authority.write(
            "broken.pem", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n")
        let cases: [(String?, String?)] = [
            (message("one.pem", "one.key"), nil),
            (
                message("missing.pem", "one.key"),
                "cannot read `missing.pem`: no such file or directory"
            ),
            (
                message("one.pem", "missing.key"),
                "cannot read `missing.key`: no such file or directory"
            ),
            (message("", "one.key"), "`` holds no PEM certificate"),
            (message("garbage.pem", "one.key"), "`garbage.pem` holds no PEM certificate"),
            (
                message("broken.pem", "one.key"),
                "`broken.pem` holds no usable PEM certificate: bad base64 decode"
            ),
            (message("one.pem", "garbage.pem"), "`garbage.pem` holds no PEM private key"),
            (message("one.pem", "one.pem"), "`one.pem` holds no PEM private key"),
            (
                message("one.pem", "encrypted.key"),
                "the private key in `encrypted.key` is encrypted with a passphrase"
            ),
            (
                message("one.pem", "encrypted-old.key"),
                "the private key in `encrypted-old.key` is encrypted with a passphrase"
            ),
            (
                message("one.pem", "two.key"),
                "the key in `two.key` does not belong to the certificate in `one.pem`"
            ),
            (
                message("one.pem", "three.key"),
                "the key in `three.key` does not belong to the certificate in `one.pem`"
            ),
            (
                message("one.pem", "one.key", ca: "missing-ca.pem"),
                "cannot read `missing-ca.pem`: no such file or directory"
            ),
            (
                message("one.pem", "one.key", ca: "garbage.pem"),
                "`garbage.pem` holds no PEM certificate"
            ),
        ]
        for (actual, expected) in cases {
            #expect(actual?.replacing(Authority.folder, with: "") == expected)
        }
    }

    @Test func contradictionsAreRefused() {
        let path = Authority.path("one.pem")
        let key = Authority.path("one.key")
        let cases: [(TLSIdentity, String)] = [
            (
                TLSIdentity(certificatePath: path, keyPath: key, clientVerification: .optional),
                "client certificates are verified, but no authority is given"
            ),
            (
                TLSIdentity(certificatePath: path, keyPath: key, minimumVersion: "1.1"),
                "`1.1` is no version of TLS"
            ),
        ]
        for (identity, expected) in cases {
            #expect(throws: TLSError(expected)) {
                try TLSListenerContext.load([identity], tickets: TicketKeys()).get()
            }
        }
        #expect(throws: TLSError("no certificate is given")) {
            try TLSListenerContext.load([], tickets: TicketKeys()).get()
        }
    }

    @Test func oddCertificatesAreToldButWork() throws {
        #expect(try listener().warnings == [])
        let odd = try listener([.named("expired"), .named("nameless")])
        #expect(
            odd.warnings == [
                "the certificate in `\(Authority.path("expired.pem"))` has expired",
                "the certificate in `\(Authority.path("nameless.pem"))` names no host",
            ])
    }

    @Test func upstreamFilesAreChecked() {
        func message(_ ca: String?, _ certificate: String?, _ key: String?) -> String? {
            let result = TLSClientContext.load(
                caPath: ca.map(Authority.path), verifies: true,
                certificatePath: certificate.map(Authority.path), keyPath: key.map(Authority.path))
            guard case .failure(let error) = result else { return nil }
            return error.message.replacing("\(Authority.folder)/", with: "")
        }
        #expect(message(nil, nil, nil) == nil)
        #expect(message("ca.pem", "client.pem", "client.key") == nil)
        #expect(
            message("none.pem", nil, nil) == "cannot read `none.pem`: no such file or directory")
        #expect(message("client.key", nil, nil) == "`client.key` holds no PEM certificate")
        #expect(message(nil, "client.pem", nil) == "the certificate `client.pem` needs its key")
        #expect(message(nil, nil, "client.key") == "the key `client.key` needs its certificate")
        #expect(
            message(nil, "client.pem", "one.key")
                == "the key in `one.key` does not belong to the certificate in `client.pem`")
    }
}
