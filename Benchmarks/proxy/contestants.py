"""The contestants: how each is configured, started and stopped."""

import json
import os
import pathlib

import peers
from processes import Child, Exited, free_port, start_telling_port
from tools import BenchError, ROUTER, SOURCES, WORK, certificate, fresh_folder
from workload import pools, rules


class Unsupported(BenchError):
    """This build of the contestant cannot take part in the scenario."""


def fill(template, **values):
    text = (SOURCES / "peers" / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def indented(lines, width):
    return "\n".join(" " * width + line for line in lines)


class Contestant:
    """One proxy. `start` leaves `child` and `port`; `log` is its access log, if it writes one."""

    name = ""

    def __init__(self, router=ROUTER):
        self.router = router
        self.child = None
        self.port = 0
        self.log = None

    def start(self, scenario, core, origin_port):
        self.folder = fresh_folder(f"{scenario.name}-{self.name}")
        self.log = self.folder / "access.log"
        self.port = free_port()
        command = self.configure(scenario, origin_port)
        self.child = Child(self.name, command, core, self.folder / "output.log",
                           env=self.environment(), folder=self.folder)
        self.child.wait_for_port(self.port)

    def environment(self):
        return peers.environment()

    def stop(self):
        if self.child:
            self.child.stop()
            self.child = None

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


class Router(Contestant):
    name = "l7route"
    log_format = None

    def version(self):
        return "this tree"

    def environment(self):
        return None

    def condition(self, rule):
        return {
            "path": f'path under "{rule.value}"',
            "host": f'host == "{rule.value}" and path under "/site"',
            "cookie": f'cookie.exp == "{rule.value}" and path under "/promo"',
        }[rule.kind]

    def configure(self, scenario, origin_port):
        tls = ""
        if scenario.tls:
            public, key = certificate()
            tls = f' {{ tls {{ certificate "{public}" key "{key}" }} }}'
        file = self.write("rules.l7", fill(
            "l7route.l7", PORT=self.port, TLS=tls, LOG=self.log,
            FORMAT=f" format {self.log_format}" if self.log_format else "",
            POOLS="\n".join(f"pool {name} {{ server 127.0.0.1:{origin_port} }}" for name in pools()),
            RULES="\n".join(f"{self.condition(rule)} -> pool {rule.pool}" for rule in rules())))
        return [self.router, "serve", file.name, "--workers", "1"]

    def start(self, scenario, core, origin_port):
        try:
            super().start(scenario, core, origin_port)
        except Exited as error:
            if scenario.tls and error.code == 2:
                raise Unsupported(f"not supported by this build: {error.output}") from None
            raise


class Nginx(Contestant):
    name = "nginx"

    def version(self):
        return peers.version(peers.debian("nginx"), "-v")

    def configure(self, scenario, origin_port):
        of_kind = lambda kind: [rule for rule in rules() if rule.kind == kind]
        lines = []
        if scenario.tls:
            public, key = certificate()
            cached = "shared:tls:8m" if scenario.resume else "off"
            lines = [f"ssl_certificate {public};", f"ssl_certificate_key {key};",
                     "ssl_protocols TLSv1.3;", f"ssl_session_cache {cached};",
                     f"ssl_session_tickets {'on' if scenario.resume else 'off'};"]
        file = self.write("nginx.conf", fill(
            "nginx.conf", PORT=self.port, FOLDER=self.folder, LOG=self.log,
            USER="user root;" if os.geteuid() == 0 else "",
            SSL=" ssl" if scenario.tls else "", CERTIFICATE=indented(lines, 8),
            UPSTREAMS=indented([f"upstream {name} {{ server 127.0.0.1:{origin_port}; keepalive 1024;"
                                " keepalive_requests 1000000000; }" for name in pools()], 4),
            SITES=indented([f"{rule.value} {rule.pool};" for rule in of_kind("host")], 8),
            PROMOTIONS=indented([f"{rule.value} {rule.pool};" for rule in of_kind("cookie")], 8),
            LOCATIONS=indented([f"location ^~ {rule.value}/ {{ proxy_pass http://{rule.pool}; }}"
                                for rule in of_kind("path")], 8)))
        return [peers.debian("nginx"), "-p", self.folder, "-e", self.folder / "error.log", "-c", file]


class HAProxy(Contestant):
    name = "haproxy"

    def version(self):
        return peers.version(peers.debian("haproxy"), "-v")

    def configure(self, scenario, origin_port):
        for kind, name in (("path", "api"), ("host", "site"), ("cookie", "promo")):
            end = "/" if kind == "path" else ""
            self.write(f"{name}.map", "".join(
                f"{rule.value}{end} {rule.pool}\n" for rule in rules() if rule.kind == kind))
        ssl = ""
        if scenario.tls:
            ssl = f" ssl crt {certificate()[0].parent / 'both.pem'}"
        text = fill(
            "haproxy.cfg", PORT=self.port, FOLDER=self.folder, LOG=self.log, SSL=ssl,
            SCHEME="https" if scenario.tls else "http",
            BACKENDS="\n".join(f"backend {name}\n    server origin 127.0.0.1:{origin_port}\n"
                               for name in pools()))
        if scenario.resume:
            text = text.replace(" no-tls-tickets", "")
        return [peers.debian("haproxy"), "-db", "-f", self.write("haproxy.cfg", text)]


class Envoy(Contestant):
    name = "envoy"

    def version(self):
        return peers.version(peers.envoy(), "--version")

    def route(self, rule):
        match = {"prefix": {"path": rule.value, "host": "/site", "cookie": "/promo"}[rule.kind] + "/"}
        if rule.kind == "cookie":
            pattern = f"(?:.*; ?)?exp={rule.value}(?:;.*)?"
            match["headers"] = [
                {"name": "cookie", "string_match": {"safe_regex": {"regex": pattern}}}]
        return {"match": match, "route": {"cluster": rule.pool}}

    def configure(self, scenario, origin_port):
        shared = [self.route(rule) for rule in rules() if rule.kind != "host"]
        hosts = [{"name": rule.value, "domains": [rule.value], "routes": [self.route(rule)] + shared}
                 for rule in rules() if rule.kind == "host"]
        hosts.append({"name": "any", "domains": ["*"], "routes": shared})
        for host in hosts:
            host["request_headers_to_add"] = [
                {"header": {"key": "x-forwarded-host", "value": "%REQ(:AUTHORITY)%"}}]
        address = {"socket_address": {"address": "127.0.0.1", "port_value": origin_port}}
        clusters = [{
            "name": name, "type": "STATIC", "connect_timeout": "5s",
            "circuit_breakers": {"thresholds": [
                {"max_connections": 100000, "max_requests": 100000, "max_pending_requests": 100000}]},
            "load_assignment": {"cluster_name": name, "endpoints": [
                {"lb_endpoints": [{"endpoint": {"address": address}}]}]},
        } for name in pools()]
        file = self.write("envoy.json", fill(
            "envoy.json", PORT=self.port, LOG=self.log, VIRTUAL_HOSTS=json.dumps(hosts),
            CLUSTERS=json.dumps(clusters)))
        return [peers.envoy(), "-c", file, "--concurrency", "1", "--disable-hot-restart",
                "--log-level", "error"]


class Relay(Contestant):
    name = "relay"

    def version(self):
        return "of this benchmark"

    def start(self, scenario, core, origin_port):
        self.folder = fresh_folder(f"{scenario.name}-{self.name}")
        self.log = None
        self.child, self.port = start_telling_port(
            self.name, [WORK / "relay", str(origin_port)], core, self.folder / "output.log")


CONTESTANTS = {kind.name: kind for kind in (Router, Nginx, HAProxy, Envoy, Relay)}


def logged_bytes(contestant):
    """The size of an access log, or nothing for a contestant without one."""
    if contestant.log is None:
        return None
    path = pathlib.Path(contestant.log)
    return path.stat().st_size if path.exists() else 0
