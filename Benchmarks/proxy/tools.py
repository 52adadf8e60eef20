"""Folders, errors, subprocesses with time limits, and what has to be built."""

import os
import pathlib
import shutil
import subprocess

SOURCES = pathlib.Path(__file__).resolve().parent
ROOT = SOURCES.parent.parent
WORK = ROOT / ".build" / "bench"
ROUTER = ROOT / ".build" / "release" / "l7route"


class BenchError(Exception):
    """What keeps the benchmark from going on, in a sentence for its user."""


def say(text):
    print(f"==> {text}", flush=True)


def run(command, timeout, purpose, **options):
    """Runs a command to its end and returns its standard output."""
    try:
        done = subprocess.run(
            [str(part) for part in command], timeout=timeout, check=False, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    except FileNotFoundError:
        raise BenchError(f"cannot {purpose}: there is no program {command[0]}") from None
    except subprocess.TimeoutExpired:
        raise BenchError(f"cannot {purpose}: no end after {timeout} seconds") from None
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise BenchError(f"cannot {purpose}: " + "\n  ".join(lines[-6:] or ["it failed"]))
    return done.stdout


def build_native():
    """Compiles the C programs; returns nothing, they are in WORK."""
    WORK.mkdir(parents=True, exist_ok=True)
    native = SOURCES / "native"
    strict = ["-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE"]
    programs = {
        "origin": ["origin.c"],
        "relay": ["relay.c"],
        "load": ["load.c", "client.c", "-lssl", "-lcrypto"],
        "slow": ["slow.c"],
        "alloc.so": ["-shared", "-fPIC", "alloc.c"],
    }
    for name, parts in programs.items():
        run(["cc", *strict, "-o", WORK / name, *parts], 60, f"compile {name}", cwd=native)


def build_router():
    command = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "l7route"]
    run(command, 1800, "build l7route", cwd=ROOT)


def certificate():
    """A certificate and a key (ECDSA P-256) for the TLS scenarios; made once."""
    folder = WORK / "tls"
    certificate_file, key = folder / "certificate.pem", folder / "key.pem"
    if not (certificate_file.exists() and key.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "3650", "-subj", "/CN=bench.example.com", "-addext",
             "subjectAltName=DNS:bench.example.com,DNS:*.example.com",
             "-keyout", key, "-out", certificate_file], 30, "make a certificate")
        # HAProxy reads both from one file.
        (folder / "both.pem").write_text(certificate_file.read_text() + key.read_text())
    return certificate_file, key


def fresh_folder(name):
    folder = WORK / "run" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def cores():
    """The core of the proxy, and the core of everything else."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise BenchError("the benchmark needs two cores: one for the proxy, one for the load")
    return allowed[0], allowed[1]
