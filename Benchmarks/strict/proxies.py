"""The contestants: each with a listener for every lane, as it comes, with kept connections to the
origin. Behind /ws an upgrade to WebSocket is allowed; /local and /redirect they answer
themselves."""

import json
import os
import pathlib
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent / "proxy"))

import peers
from processes import Child, free_port
from tools import fresh_folder


class Proxy:
    name = ""

    def __init__(self, router=None):
        self.router = router
        self.child = None

    def start(self, lanes, core):
        self.folder = fresh_folder(f"strict-{self.name}")
        for lane in lanes:
            lane.port = free_port()
        self.child = Child(self.name, self.configure(lanes), core, self.folder / "output.log",
                           env=self.environment())
        for lane in lanes:
            self.child.wait_for_port(lane.port)

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


class Router(Proxy):
    name = "l7route"

    def version(self):
        return "this tree"

    def environment(self):
        return None

    def configure(self, lanes):
        text = f'log {{ to file "{self.folder}/access.log" }}\nworkers 1\n'
        for number, lane in enumerate(lanes):
            text += f"""
listen 127.0.0.1:{lane.port} as lane{number} -> rules lane{number}
pool plain{number} {{ server 127.0.0.1:{lane.origin.port} }}
pool ws{number} {{ server 127.0.0.1:{lane.origin.port} upgrade websocket }}
rules lane{number} {{
  path under "/ws" -> pool ws{number}
  path == "/redirect" -> redirect 302 "/elsewhere"
  path under "/local" -> respond 200 "local"
  else -> pool plain{number}
}}
"""
        return [self.router, "serve", self.write("rules.l7", text), "--workers", "1"]


class Nginx(Proxy):
    name = "nginx"

    def version(self):
        return peers.version(peers.debian("nginx"), "-v")

    def configure(self, lanes):
        sites = ""
        for number, lane in enumerate(lanes):
            sites += f"""
    upstream lane{number} {{ server 127.0.0.1:{lane.origin.port}; keepalive 64; }}
    server {{
        listen 127.0.0.1:{lane.port};
        location / {{
            proxy_pass http://lane{number};
            proxy_set_header Host $host;
            proxy_set_header Connection "";
        }}
        location /local {{ return 200 "local"; }}
        location /redirect {{ return 302 /elsewhere; }}
        location /ws {{
            proxy_pass http://lane{number};
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
        }}
    }}
"""
        file = self.write("nginx.conf", f"""
{"user root;" if os.geteuid() == 0 else ""}
worker_processes 1;
daemon off;
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log warn;
events {{ worker_connections 2048; }}
http {{
    access_log {self.folder}/access.log combined;
    client_body_temp_path {self.folder}/body;
    proxy_temp_path {self.folder}/proxy;
    fastcgi_temp_path {self.folder}/fastcgi;
    uwsgi_temp_path {self.folder}/uwsgi;
    scgi_temp_path {self.folder}/scgi;
    proxy_http_version 1.1;
    map $http_upgrade $connection_upgrade {{ default upgrade; "" ""; }}
{sites}
}}
""")
        return [peers.debian("nginx"), "-p", self.folder, "-e", self.folder / "error.log",
                "-c", file]


class HAProxy(Proxy):
    name = "haproxy"

    def version(self):
        return peers.version(peers.debian("haproxy"), "-v")

    def configure(self, lanes):
        text = """
global
    nbthread 1
    maxconn 2048
defaults
    mode http
    option http-keep-alive
    http-reuse always
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    timeout http-request 10s
"""
        for number, lane in enumerate(lanes):
            text += f"""
frontend lane{number}
    bind 127.0.0.1:{lane.port}
    http-request redirect location /elsewhere code 302 if {{ path /redirect }}
    http-request return status 200 content-type text/plain string local if {{ path_beg /local }}
    default_backend lane{number}
backend lane{number}
    server origin 127.0.0.1:{lane.origin.port}
"""
        return [peers.debian("haproxy"), "-db", "-f", self.write("haproxy.cfg", text)]


class Envoy(Proxy):
    name = "envoy"

    def version(self):
        return peers.version(peers.envoy(), "--version")

    def configure(self, lanes):
        manager = "envoy.extensions.filters.network.http_connection_manager.v3"
        router = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
        listeners, clusters = [], []
        for number, lane in enumerate(lanes):
            name = f"lane{number}"
            routes = [
                {"match": {"prefix": "/ws"}, "route": {
                    "cluster": name, "upgrade_configs": [{"upgrade_type": "websocket"}]}},
                {"match": {"path": "/redirect"}, "redirect": {
                    "path_redirect": "/elsewhere", "response_code": "FOUND"}},
                {"match": {"prefix": "/local"}, "direct_response": {
                    "status": 200, "body": {"inline_string": "local"}}},
                {"match": {"prefix": "/"}, "route": {"cluster": name}},
            ]
            listeners.append({
                "name": name, "address": address(lane.port),
                "filter_chains": [{"filters": [{
                    "name": "envoy.filters.network.http_connection_manager",
                    "typed_config": {
                        "@type": f"type.googleapis.com/{manager}.HttpConnectionManager",
                        "stat_prefix": name, "codec_type": "HTTP1",
                        # As it comes it serves no HTTP/1.0, and waits a second before a close.
                        "http_protocol_options": {"accept_http_10": True,
                                                  "default_host_for_http_10": "example.com"},
                        "delayed_close_timeout": "0.05s",
                        "http_filters": [{"name": "envoy.filters.http.router",
                                          "typed_config": {"@type": router}}],
                        "route_config": {"name": name, "virtual_hosts": [
                            {"name": "any", "domains": ["*"], "routes": routes}]},
                    }}]}]})
            clusters.append({
                "name": name, "type": "STATIC", "connect_timeout": "5s",
                "load_assignment": {"cluster_name": name, "endpoints": [
                    {"lb_endpoints": [{"endpoint": {"address": address(lane.origin.port)}}]}]}})
        file = self.write("envoy.json", json.dumps(
            {"static_resources": {"listeners": listeners, "clusters": clusters}}, indent=1))
        return [peers.envoy(), "-c", file, "--concurrency", "1", "--disable-hot-restart",
                "--log-level", "error"]


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


PROXIES = {kind.name: kind for kind in (Router, Nginx, HAProxy, Envoy)}
