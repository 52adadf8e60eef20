internal import CLinux
internal import Glibc

extension Files {
    /// Replaces the file in one step, or changes nothing: a reader sees the old bytes or the new
    /// ones. Keeps the mode of the old file; a new one gets 0644. nil: done.
    package static func write(_ path: String, _ bytes: [UInt8]) -> SystemError? {
        // In the same folder, since a rename cannot leave its file system.
        var template = Array("\(path).XXXXXX".utf8CString)
        let raw = unsafe clinux_open_temporary(&template)
        guard raw >= 0 else { return .last }
        let temporary = Descriptor(raw: raw)
        var old = stat()
        let mode = unsafe stat(path, &old) == 0 ? old.st_mode & 0o777 : 0o644
        let failure =
            writeAll(temporary, bytes) ?? outcome(fchmod(raw, mode)) ?? outcome(fsync(raw))
        temporary.closeNow()
        guard let error = failure ?? outcome(unsafe rename(template, path)) else { return nil }
        _ = unsafe unlink(template)
        return error
    }

    private static func outcome(_ result: Int32) -> SystemError? {
        result == 0 ? nil : .last
    }
}
