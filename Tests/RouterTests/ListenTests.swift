import RuleLang
import Sockets
import Testing

@testable import Router

@Suite struct ListenTests {
    /// What makes a low port possible is said where it is missing, and nowhere else.
    @Test(
        arguments: [
            ("127.0.0.1:80", SystemError.permissionDenied, true), (":443", .permissionDenied, true),
            ("127.0.0.1:8080", .permissionDenied, false), (":80", .addressInUse, false),
            ("unix:/run/x.sock", .permissionDenied, false),
        ])
    func aPortThatIsNotAllowed(address: String, error: SystemError, isHelped: Bool) throws {
        let text = "listen \(address)\nelse -> deny\n"
        let program = try #require(compile("l.l7", loader: OneFile(text: text)).program)
        var system = ControlSystem.kernel
        system.listen = { _, _ in .failure(error) }
        let sockets = ListenerSockets(workers: 1, system: system)
        guard case .failure(let failure) = sockets.opening(program) else {
            Issue.record("it listens")
            return
        }
        let plain = "cannot listen on \(address): \(error.text)"
        let hint =
            " (a port below 1024 takes CAP_NET_BIND_SERVICE, as AmbientCapabilities= of a systemd "
            + "service, or a socket that systemd hands over)"
        #expect(failure.message == plain + (isHelped ? hint : ""))
    }
}
