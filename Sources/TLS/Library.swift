internal import COpenSSL

/// libssl as a whole: initialised once, without the configuration file of the machine.
enum Library {
    /// Touch before anything else of OpenSSL.
    static let isReady: Bool = copenssl_init() == 1

    /// OpenSSL's number for a protocol version.
    static func version(named name: String) -> Int32? {
        switch name {
        case "1.2": TLS1_2_VERSION
        case "1.3": TLS1_3_VERSION
        default: nil
        }
    }
}

/// One entry of OpenSSL's error queue.
struct LibraryError {
    var code: UInt

    /// What went wrong first since `ERR_clear_error`; later entries only wrap it. nil: nothing.
    static var first: LibraryError? {
        let code = ERR_peek_error()
        return code == 0 ? nil : LibraryError(code: code)
    }

    /// What was said last. nil: nothing.
    static var last: LibraryError? {
        let code = ERR_peek_last_error()
        return code == 0 ? nil : LibraryError(code: code)
    }

    /// From the operating system: a file could not be read.
    var isSystem: Bool { library == ERR_LIB_SYS }
    var library: Int32 { ERR_GET_LIB(code) }
    var reason: Int32 { ERR_GET_REASON(code) }

    /// The last part of `error:0A000086:SSL routines::certificate verify failed`, lower case.
    var text: String {
        var buffer = [CChar](repeating: 0, count: 256)
        unsafe ERR_error_string_n(code, &buffer, buffer.count)
        let line = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let words = line.split(separator: UInt8(ascii: ":")).last ?? []
        return String(decoding: words, as: UTF8.self).lowercased()
    }
}
