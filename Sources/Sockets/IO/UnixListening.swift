internal import CLinux
internal import Glibc

/// Listeners at a path. The kernel never removes the file, so a crash leaves it behind.
enum UnixListening {
    static func open(
        _ path: String, count: Int, backlog: Int32
    ) -> Result<[Descriptor], SystemError> {
        guard let address = RawAddress(.unix(path: path)) else { return .failure(.nameTooLong) }
        if let refusal = clearStale(path, address) { return .failure(refusal) }
        return Listening.streamSocket(family: AF_UNIX).flatMap { listener in
            guard unsafe address.read({ unsafe bind(listener.raw, $0, $1) }) == 0 else {
                let error = SystemError.last
                listener.closeNow()
                return .failure(error)
            }
            let file = SocketFile(at: path)
            guard unsafe chmod(path, 0o660) == 0, listen(listener.raw, backlog) == 0 else {
                let error = SystemError.last
                file?.remove()
                listener.closeNow()
                return .failure(error)
            }
            let opened = duplicate(listener, count: count)
            if case .failure = opened { file?.remove() }
            return opened
        }
    }

    /// Removes a socket file that nobody answers at; never a live one or another kind of file.
    private static func clearStale(_ path: String, _ address: RawAddress) -> SystemError? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            let error = SystemError.last
            return error == .noSuchFile ? nil : error
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return .fileExists }
        switch Listening.streamSocket(family: AF_UNIX) {
        case .failure(let error):
            return error
        case .success(let probe):
            defer { probe.closeNow() }
            let isAnswered = unsafe address.read { unsafe connect(probe.raw, $0, $1) } == 0
            // A full backlog (EAGAIN) is a live listener too; only a refusal means stale.
            guard !isAnswered, SystemError.last == .connectionRefused else {
                return .addressInUse
            }
            return unsafe unlink(path) == 0 ? nil : .last
        }
    }

    /// A path has one socket: each worker gets a descriptor of its own for it.
    static func duplicate(
        _ listener: Descriptor, count: Int
    ) -> Result<[Descriptor], SystemError> {
        var opened = [listener]
        while opened.count < count {
            let raw = fcntl(listener.raw, F_DUPFD_CLOEXEC, 0)
            guard raw >= 0 else {
                let error = SystemError.last
                for descriptor in opened { descriptor.closeNow() }
                return .failure(error)
            }
            opened.append(Descriptor(raw: raw))
        }
        return .success(opened)
    }
}
