import Glibc
import Sockets

/// A folder of its own under /tmp, removed at the end.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/sockets-tests-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError.noSuchFile }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for entry in Files.glob("\(path)/*") { _ = unsafe unlink(entry) }
        _ = unsafe rmdir(path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func mode(_ name: String) -> mode_t {
        var status = stat()
        _ = unsafe stat(file(name), &status)
        return status.st_mode & 0o777
    }
}
