"""Write or delete the file of one URL; writes are atomic."""

import contextlib
import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.utils import timezone

from gongkai.content.editions.hosts import home_url
from gongkai.content.editions.models import Website
from gongkai.content.policies.usage_counts import UNCOUNTED_COOKIE
from gongkai.core.files.serving import RANGE_META_KEY
from gongkai.core.widgets.responses import download_file_name
from gongkai.ui.mirror import rewriting
from gongkai.ui.mirror.models import Leaf
from gongkai.ui.mirror.rewriting import (
    UNAVAILABLE_PAGE,
    find_mirrored_url,
    get_manifest_list_name,
    is_document_file,
    make_file_name,
)
from gongkai.ui.portal.page_files import make_host_folder_name


@dataclass(frozen=True)
class PortalResponse:
    """A response of the portal: status, media type (`kind`), body, redirect target and download name."""

    status: int
    kind: str
    body: bytes
    location: str = ""
    name: str = ""


@cache
def _get_handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def render_public(host: str, path: str) -> PortalResponse:
    """Return the public response for a URL of a site."""
    bare, _, query = path.partition("?")
    scheme, port = ("https", "443") if settings.HTTPS else ("http", "80")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": bare.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": host.partition(":")[0],
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        UNCOUNTED_COOKIE: True,
        RANGE_META_KEY: True,
    }
    response = _get_handler().get_response(WSGIRequest(environ))
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined, arg-type]
    for close in response._resource_closers:  # type: ignore[attr-defined]
        close()  # the file's; `response.close()` would say that a request ended, and there was none
    location = response.get("Location", "")
    return PortalResponse(
        response.status_code, response.get("Content-Type", ""), body, location, download_file_name(response)
    )


#: Folder of a site's files, next to its lists.
FILES_FOLDER = "www"
#: Refresh intervals without purge: pages with figures; documents; stylesheets and scripts.
LIST_INTERVAL, DOCUMENT_INTERVAL, STATIC_INTERVAL = timedelta(hours=1), timedelta(days=7), timedelta(days=1)


#: The home page, which a site cannot lack.
HOME_PATH = "/"
_REFUSAL_MESSAGES = {400: "域名或网址不被接受（400）", 403: "不许访问（403）", 503: "网站暂时不能访问（503）"}


class PageNotRendered(Exception):
    """Raised when the portal failed to render a page; the mirrored file is unchanged."""


@dataclass(frozen=True)
class MirroredSite:
    """A site that is written to files."""

    website: Website

    @property
    def host(self) -> str:
        """Return the host of the site."""
        return self.website.host.lower()

    @property
    def folder(self) -> Path:
        """Return the folder of the site, named by the host without port."""
        return Path(settings.GONGKAI_MIRROR) / make_host_folder_name(self.host)

    @property
    def roots(self) -> tuple[str, ...]:
        """Return the base URLs of the site."""
        return (home_url(self.website), f"//{self.host}")


def write_url(site: MirroredSite, path: str, *, for_page: bool = False) -> bool:
    """Write the public response of a URL, or delete its file; return true if changed.

    Args:
        path: the URL.
        for_page: true if a page being written needs it; its own links are then only scheduled.

    Raises:
        PageNotRendered: the portal failed.
    """
    leaf = Leaf.objects.filter(host=site.host, path=path).first() or Leaf(host=site.host, path=path)
    response = render_public(site.host, path)
    if response.status in {404, 410}:
        if path == HOME_PATH:
            raise PageNotRendered(f"网站没有首页（{response.status}）")
        return remove_file(site, leaf)
    if response.status in {301, 302, 307, 308}:
        target = response.location.removeprefix(site.roots[0]) or "/"
        mirrored = find_mirrored_url(target) if target.startswith("/") else None
        link = _map_urls(site, {mirrored}, path, set())[mirrored] if mirrored else target
        body, kind = rewriting.make_redirect_page(link).encode(), "text/html"
    elif response.status == 200:
        body, kind = _rewrite(site, path, response, for_page=for_page), response.kind
    else:
        raise PageNotRendered(_REFUSAL_MESSAGES.get(response.status, f"网页出错（{response.status}），原因见服务日志"))
    return _store(site, leaf, body, make_file_name(path, kind, response.name))


def _rewrite(site: MirroredSite, path: str, response: PortalResponse, *, for_page: bool) -> bytes:
    """Return a response's body with its URLs adapted to the mirror."""
    at_once = set[str]()
    if response.kind.startswith("text/html"):
        text, change = response.body.decode(), partial(rewriting.rewrite_page, path=path, roots=site.roots)
        if not for_page:
            at_once = {
                find_mirrored_url(address) or "" for address in rewriting.list_shown_urls(text, path, site.roots)
            }
    elif response.kind.startswith("text/css"):
        text, change = response.body.decode(), partial(rewriting.rewrite_stylesheet, path=path)
    else:
        return response.body
    targets: dict[str, str] = {}
    change(text, map_url=lambda target: targets.setdefault(target, target))
    urls = _map_urls(site, {address for target in targets if (address := find_mirrored_url(target))}, path, at_once)
    return change(text, map_url=lambda target: urls.get(find_mirrored_url(target) or "", UNAVAILABLE_PAGE)).encode()


def _map_urls(site: MirroredSite, addresses: set[str], from_path: str, at_once: set[str]) -> dict[str, str]:
    """Return the mirror's link for each URL; enqueue new ones and write those needed at once."""
    now = timezone.now()
    rows = Leaf.objects.filter(host=site.host, path__in=addresses)
    names = dict(rows.values_list("path", "name"))
    new_leaves = [
        Leaf(host=site.host, path=text, due_at=now, linked_at=now) for text in sorted(addresses - names.keys())
    ]
    Leaf.objects.bulk_create(new_leaves, batch_size=500, ignore_conflicts=True)
    if list_pages := [address for address in addresses if "?" in address]:
        Leaf.objects.filter(host=site.host, path__in=list_pages).update(linked_at=now)
    for address in sorted(addresses):
        needed = is_document_file(address) or address in at_once
        if needed and not names.get(address) and address != from_path:
            write_url(site, address, for_page=True)
            names[address] = (
                Leaf.objects.filter(host=site.host, path=address).values_list("name", flat=True).first() or ""
            )
    return {address: _make_link(address, names.get(address, "")) for address in addresses}


def _make_link(address: str, name: str) -> str:
    """Return the link to a file of the mirror; a folder's index page is linked as the folder."""
    if address.endswith("/feed/"):  # a plain file server opens no index.xml of a folder
        name = name or make_file_name(address, "application/atom+xml")
    if address.endswith("/") and (not name or name.endswith("index.html")):
        return quote(address)
    return f"/{quote(name or make_file_name(address, 'text/html'))}"


def _store(site: MirroredSite, leaf: Leaf, body: bytes, name: str) -> bool:
    """Write a response's file if it changed and schedule its renewal; return true if written."""
    target = site.folder / FILES_FOLDER / name
    digest = sha256(body).hexdigest()
    now = timezone.now()
    next_due = None if is_document_file(leaf.path) else now + get_refresh_interval(leaf.path)
    if leaf.digest == digest and leaf.name == name and _has_digest(target, digest):
        Leaf.objects.filter(pk=leaf.pk).update(due_at=next_due, error="")
        return False
    write_atomically(target, body)
    if leaf.name and leaf.name != name:
        _delete_file(site, leaf.name)
        removed_file = {"name": leaf.name, "chunk": leaf.chunk, "signed": False}  # until its list is signed without it
        Leaf.objects.update_or_create(host=leaf.host, path=f"!{leaf.name}"[:500], defaults=removed_file)
    facts = {"name": name, "digest": digest, "size": len(body), "chunk": get_manifest_list_name(name)}
    facts |= {"signed": False, "written_at": now, "due_at": next_due, "error": ""}
    Leaf.objects.update_or_create(host=leaf.host, path=leaf.path, defaults=facts)
    return True


def get_refresh_interval(path: str) -> timedelta:
    """Return the refresh interval of a URL."""
    if path.startswith("/static/"):
        return STATIC_INTERVAL
    return (
        DOCUMENT_INTERVAL
        if path.startswith("/columns/") and path.partition("?")[0].endswith(".html")
        else LIST_INTERVAL
    )


def write_atomically(target: Path, body: bytes) -> None:
    """Write a file atomically, readable for the web server."""
    new_folders = [path for path in (target.parent, *target.parent.parents) if not path.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in new_folders:
        path.chmod(0o755)
    handle, partial_path = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        os.chmod(partial_path, 0o644)
        os.replace(partial_path, target)
    finally:
        Path(partial_path).unlink(missing_ok=True)


def _has_digest(target: Path, digest: str) -> bool:
    """Return true if the file exists with this SHA-256 digest."""
    try:
        return sha256(target.read_bytes()).hexdigest() == digest
    except OSError:
        return False


def remove_file(site: MirroredSite, leaf: Leaf) -> bool:
    """Delete the file of a mirrored URL; its row stays until the lists are signed.

    Return true if there was a file.
    """
    if leaf.pk is None:
        return False
    if not leaf.name:
        leaf.delete()
        return False
    _delete_file(site, leaf.name)
    Leaf.objects.filter(pk=leaf.pk).update(digest="", signed=False, due_at=None, error="")
    return True


def delete_unknown_files(site: MirroredSite) -> None:
    """Delete files without a matching database row; they are written again when due."""
    digests = dict(Leaf.objects.filter(host=site.host).exclude(digest="").values_list("name", "digest"))
    for file_path in (site.folder / FILES_FOLDER).rglob("*"):
        name = file_path.relative_to(site.folder / FILES_FOLDER).as_posix()
        if file_path.is_file() and not _has_digest(file_path, digests.get(name, "")):
            file_path.unlink(missing_ok=True)


def _delete_file(site: MirroredSite, name: str) -> None:
    """Delete a file of a mirrored site, and its folder if that is then empty."""
    target = site.folder / FILES_FOLDER / name
    target.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # other files stand there
        target.parent.rmdir()
