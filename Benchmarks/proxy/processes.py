"""Child processes: started on one core, known by pid with all that they start, ended with the driver."""

import ctypes
import os
import pathlib
import resource
import select
import signal
import socket
import subprocess
import time

from tools import BenchError

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_running = []


class Exited(BenchError):
    """A child ended when it should have served; `output` is the end of what it wrote."""

    def __init__(self, name, code, output):
        super().__init__(f"{name} ended at once (code {code}): {output or 'without a word'}")
        self.code = code
        self.output = output


class Child:
    def __init__(self, name, command, core, log, env=None, output=None, folder=None):
        self.name = name
        self.log = log

        def prepare():
            os.sched_setaffinity(0, {core})
            _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
            # Not SIGKILL: nginx would leave its worker behind.
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

        with open(log, "wb") as errors:
            try:
                self.process = subprocess.Popen(
                    [str(part) for part in command], stdin=subprocess.DEVNULL,
                    stdout=output or errors, stderr=errors, env=env, cwd=folder,
                    preexec_fn=prepare,
                    start_new_session=True)
            except OSError as error:
                raise BenchError(f"cannot start {name}: {error.strerror}") from None
        _running.append(self)

    def written(self):
        text = pathlib.Path(self.log).read_text(errors="replace").strip().splitlines()
        return " ".join(text[-3:])

    def must_run(self):
        code = self.process.poll()
        if code is not None:
            raise Exited(self.name, code, self.written())

    def pids(self):
        """The process and its descendants."""
        parents = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
        found = [self.process.pid]
        for pid in found:
            found += parents.get(pid, [])
        return found

    def wait_for_port(self, port, seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.must_run()
            with socket.socket() as probe:
                probe.settimeout(0.5)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise BenchError(f"{self.name} does not listen after {seconds} seconds: {self.written()}")

    def stop(self):
        if self in _running:
            _running.remove(self)
        if self.process.poll() is None:
            family = self.pids()
            self.process.terminate()
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                for pid in family:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                self.process.wait(3)


def start_telling_port(name, command, core, log):
    """Starts a program that prints `port N`; returns it and the port."""
    child = Child(name, command, core, log, output=subprocess.PIPE)
    ready, _, _ = select.select([child.process.stdout], [], [], 5)
    words = child.process.stdout.readline().split() if ready else []
    if len(words) != 2:
        child.stop()
        raise BenchError(f"{name} does not start: {child.written()}")
    return child, int(words[1])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory_kib(pids):
    """Proportional resident memory of processes, so that what they share counts once."""
    total = 0
    for pid in pids:
        try:
            lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def stop_all():
    for child in list(_running):
        child.stop()
