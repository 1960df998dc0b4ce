"""Run nginx with docs/portal/nginx.conf, with ports and folders of its own: for tests and measurements."""

import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

CONF = Path(__file__).resolve().parent.parent / "docs" / "portal" / "nginx.conf"
PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MAIN = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 2048; }}
http {{ {types} access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{site}
}}
"""
TYPES = "/etc/nginx/mime.types"


def find_free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_configuration(
    folder: Path, apps: Sequence[int], front: int, secret: str, *, inner: int = 0, certificate: str = ""
) -> str:
    """Return the sample configuration with ports, folders and the secret of one run; raise an error if an expected setting is missing from it.

    Args:
        folder: for the cache; `mirror` in it is the mirror, `pages` are the cached pages.
        apps: ports of the application servers, one or two.
        front: the port for readers.
        secret: by which the portal authenticates.
        inner: the port at which cached files are deleted.
        certificate: for the readers' port, a file with its key; without one they use HTTP.
    """
    text = CONF.read_text()
    given = {
        "127.0.0.1:8000 max_fails": f"127.0.0.1:{apps[0]} max_fails",
        "/etc/nginx/gongkai-site.conf": str(CONF.with_name("nginx-site.conf")),
        "/var/cache/nginx/gongkai": f"{folder}/cache",
        "/srv/mirror": f"{folder}/mirror",
        "/srv/pages": f"{folder}/pages",
        "/var/log/gongkai": str(folder),
        "CHANGE-ME": secret,
        "listen 80;": f"listen 127.0.0.1:{find_free_port()};",
        "listen 127.0.0.1:8088;": f"listen 127.0.0.1:{inner or find_free_port()};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{front}{' ssl http2' if certificate else ''};",
    }
    for name in ("ssl_certificate", "ssl_certificate_key"):
        place = f"{name} /etc/gongkai/certificates/site.{'key' if name.endswith('key') else 'pem'};"
        given[place] = f"{name} {certificate};" if certificate else ""
    if len(apps) > 1:  # both are on this machine, so both write pages
        given["# server 10.0.0.12:8000 max_fails"] = f"server 127.0.0.1:{apps[1]} max_fails"
        given["# server 10.0.0.12:8000 backup"] = f"server 127.0.0.1:{apps[1]} max_fails=1 fail_timeout=2s"
    for old, new in given.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def start_nginx(folder: Path, site: str) -> subprocess.Popen[bytes]:
    """Start nginx with a site's configuration."""
    assert PROGRAM, "nginx is not installed"
    user = "user root;" if os.geteuid() == 0 else ""
    types = f"include {TYPES};" if Path(TYPES).exists() else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, site=site, user=user, types=types))
    return subprocess.Popen([PROGRAM, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
