internal import CLinux
internal import Glibc

/// The few file operations of a router, blocking: control plane and log thread only.
package enum Files {
    /// The whole file; `.fileTooLarge` beyond `limit` bytes.
    package static func read(_ path: String, limit: Int) -> Result<[UInt8], SystemError> {
        let raw = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { return .failure(.last) }
        let descriptor = Descriptor(raw: raw)
        defer { descriptor.closeNow() }
        return readAll(descriptor, limit: limit)
    }

    /// Everything up to the end, from a file or a pipe; `.fileTooLarge` beyond `limit` bytes.
    package static func readAll(
        _ descriptor: Descriptor, limit: Int = .max
    ) -> Result<[UInt8], SystemError> {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor.raw, &chunk, chunk.count)
            if count == 0 { return .success(content) }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(.last)
            }
            guard count <= limit - content.count else { return .failure(.fileTooLarge) }
            content.append(contentsOf: chunk[..<count])
        }
    }

    /// `device:inode` of what the path leads to: changes when the file is replaced. nil: no file.
    package static func identity(_ path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return "\(status.st_dev):\(status.st_ino)"
    }

    /// Opens for appending, creates with mode 0640; `.noReader` for a named pipe that nobody reads.
    /// The caller closes by `close`.
    package static func openAppend(_ path: String) -> Result<Descriptor, SystemError> {
        // Nonblocking: opening a pipe would wait for its reader.
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK
        let raw = unsafe Glibc.open(path, flags, 0o640)
        return raw >= 0 ? .success(Descriptor(raw: raw)) : .failure(.last)
    }

    /// Closes what `openAppend` has opened.
    package static func close(_ descriptor: Descriptor) {
        descriptor.closeNow()
    }

    /// Writes all bytes; nil: done. A nonblocking descriptor that is full is waited for.
    package static func writeAll(_ descriptor: Descriptor, _ bytes: [UInt8]) -> SystemError? {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { source in
                unsafe Glibc.write(
                    descriptor.raw, source.baseAddress! + offset, source.count - offset)
            }
            if count >= 0 {
                offset += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var full = pollfd(fd: descriptor.raw, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&full, 1, -1)
            default: return .last
            }
        }
        return nil
    }

    /// A text that is another one when the file has another content, size, time or identity; nil
    /// when there is no such file.
    package static func changeStamp(_ path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        let time = status.st_mtim
        return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(time.tv_sec) \(time.tv_nsec)"
    }

    /// Writes once; how many bytes were taken. A nonblocking descriptor that is full is waited for.
    package static func write(
        _ descriptor: Descriptor, _ bytes: [UInt8], from offset: Int
    ) -> Result<Int, SystemError> {
        guard offset < bytes.count else { return .success(0) }
        return unsafe bytes.withUnsafeBytes { source in
            unsafe write(descriptor, UnsafeRawBufferPointer(rebasing: source[offset...]))
        }
    }

    static func write(
        _ descriptor: Descriptor, _ bytes: UnsafeRawBufferPointer
    ) -> Result<Int, SystemError> {
        while true {
            let count = unsafe Glibc.write(descriptor.raw, bytes.baseAddress, bytes.count)
            if count >= 0 { return .success(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var full = pollfd(fd: descriptor.raw, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&full, 1, -1)
            default: return .failure(.last)
            }
        }
    }

    /// Takes the last bytes back that were appended to a file; false when it is none, or somebody
    /// has written behind them.
    package static func takeBack(_ descriptor: Descriptor, _ count: Int) -> Bool {
        var status = stat()
        let end = lseek(descriptor.raw, 0, SEEK_CUR)
        guard unsafe fstat(descriptor.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size == end, count <= end, ftruncate(descriptor.raw, end - count) == 0
        else { return false }
        // For a file that was not opened for appending, such as the standard output.
        return lseek(descriptor.raw, end - count, SEEK_SET) >= 0
    }

    /// Whether a person may be looking: colours are allowed.
    package static func isTerminal(_ descriptor: Descriptor) -> Bool {
        isatty(descriptor.raw) == 1
    }

    /// The paths that match `*`, `?` and `[…]`, in byte order; none for a pattern without a match.
    package static func glob(_ pattern: String) -> [String] {
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        guard unsafe Glibc.glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
        var paths: [String] = []
        for index in 0..<Int(unsafe found.gl_pathc) {
            if let path = unsafe found.gl_pathv[index] {
                unsafe paths.append(String(cString: path))
            }
        }
        // Not by Unicode rules: the order of files is the order of rules.
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
