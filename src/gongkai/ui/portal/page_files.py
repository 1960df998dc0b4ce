"""Write public pages to disk so that nginx serves them without the application.

    GONGKAI_PAGES/now/HOST/pages/columns/1/2.html.gz    a page, compressed
                           marks/files/1/1/ab….mark     any other cacheable response, in nginx's own cache
                  now/.HOST.…                           deleted folders
                  changed/HOST                          rewritten at every change of the host

**A page begun before a change never remains after it.** Purging a whole host (`purging.cache_protocols`)
renames its folder; a process that renders a page keeps the old folder open and writes into it,
where nobody reads. Purging one page deletes it after `changed` was rewritten; a process that
began earlier sees the new `changed` and stores nothing. There are no locks, so a killed process
blocks nothing.

Nothing is stored unless it can be purged (`page_file_upkeep.is_nginx_active`), or for longer than `SHARED_SECONDS`
seconds while pages can be rendered.
"""

import gzip
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Website
from gongkai.core.units.actors import get_actor
from gongkai.core.widgets.machine_urls import error_line_response, is_machine_request
from gongkai.core.widgets.middleware import is_office_path
from gongkai.ui.portal.caching import comes_from_cache, get_reader, is_shared, make_cache_control

R = TypeVar("R", bound=HttpResponseBase)
#: Value of Retry-After in seconds.
RETRY_AFTER_SECONDS = 3600
_SAFE_METHODS = {"GET", "HEAD"}
_CLOSED_MESSAGE = "网站正在筹备，尚未开通。"
_NO_FORMS_MESSAGE = "网站尚未开通，预览时不能提交表单。"


class BeforeLaunchMiddleware:
    """Answers 503 with Retry-After at every public URL until the site is opened.

    No cache or search engine stores these responses. Static files and probes are handled earlier;
    the back office is unaffected.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request."""
        if is_office_path(request.path_info) or not in_preparation():
            return self.get_response(request)
        if not get_actor(get_reader(request)).known:
            return _make_closed_response(request, _CLOSED_MESSAGE)
        if request.method not in _SAFE_METHODS:
            return _make_closed_response(request, _NO_FORMS_MESSAGE)
        request.gongkai_preview = True  # type: ignore[attr-defined]
        return _forbid_caching(self.get_response(request))


def _make_closed_response(request: HttpRequest, message: str) -> HttpResponse:
    """Return 503 with a retry time: a page, or one line of text for machines."""
    response: HttpResponse
    if is_machine_request(request):
        response = error_line_response(message, 503)
    else:
        context = {
            "preview": message == _NO_FORMS_MESSAGE,
            "words": message,
            "site": Website.objects.order_by("pk").first(),
        }
        page = render_to_string("portal/preparing.html", context)
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return _forbid_caching(response)


def _forbid_caching(response: R) -> R:
    """Return the response with headers that forbid caching and indexing."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


NOW_FOLDER, CHANGED_FOLDER = "now", "changed"
PAGES_FOLDER, MARKS_FOLDER = "pages", "marks"
#: Permissions of folders and files; nginx's account shares the group and deletes files, too.
FOLDER_MODE, FILE_MODE = 0o2770, 0o640
#: Maximum bytes of a path and of one path segment.
MAX_PATH_BYTES, MAX_SEGMENT_BYTES = 900, 200
#: Set once nginx is proven to delete files here (`sweeping`); nothing is stored before.
NGINX_PROVEN = threading.Event()
#: Media types that nginx derives from suffixes (mime.types).
_TYPE_BY_SUFFIX = {
    "html": "text/html",
    "atom": "application/atom+xml",
    "xml": "application/xml",
    "txt": "text/plain",
    "svg": "image/svg+xml",
}
#: Headers that a response served as a plain file may have; nginx adds the rest.
_ALLOWED_HEADERS = {"Content-Type", "Content-Length", "Content-Encoding", "Cache-Control", "ETag", "Last-Modified"}


def make_host_folder_name(host: str) -> str:
    """Return the folder name of a host as nginx computes it (`$host`).

    >>> make_host_folder_name("WWW.yunling.gov.cn:8443"), make_host_folder_name("..")
    ('www.yunling.gov.cn', '')
    """
    name = host.lower().rpartition(":")[0] if ":" in host else host.lower()
    return "" if name.startswith(".") or "/" in name else name


def make_page_file_name(path: str) -> str:
    """Return the file name of a URL path as nginx computes it from `$uri`, or "".

    >>> [make_page_file_name(path) for path in ("/", "/columns/1/2.html", "/units/3/feed/", "/a/../b", "//a")]
    ['index.html', 'columns/1/2.html', 'units/3/feed/index.atom', '', '']
    """
    segments = path[1:].split("/")
    if any(segment in {".", ".."} or len(segment.encode()) > MAX_SEGMENT_BYTES for segment in segments) or "\0" in path:
        return ""
    if len(path.encode()) > MAX_PATH_BYTES or "" in segments[:-1]:
        return ""
    if not segments[-1]:
        segments[-1] = "index.atom" if segments[-2:-1] == ["feed"] else "index.html"
    return "/".join(segments)


class HostFolder:
    """A host's folder, opened before anything is read and until the response is stored."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder, self.host = folder, host
        self.fd = -1
        self.seen: tuple[int, int] | None = None

    def __enter__(self) -> "HostFolder":
        with suppress(OSError):
            self.seen = self._get_change_stamp()
            self.fd = os.open(self.folder / NOW_FOLDER / self.host, os.O_RDONLY | os.O_DIRECTORY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.fd >= 0:
            os.close(self.fd)

    def _get_change_stamp(self) -> tuple[int, int]:
        """Return (inode, modification time) of the host's change file; zeros if it does not exist."""
        try:
            status = os.stat(self.folder / CHANGED_FOLDER / self.host)
        except FileNotFoundError:
            return 0, 0
        return status.st_ino, status.st_mtime_ns

    def page(self, name: str) -> bytes | None:
        """Return the stored page for a URL path, compressed, or None."""
        if self.fd < 0:
            return None
        try:
            with open(f"{PAGES_FOLDER}/{name}.gz", "rb", opener=self._open_in_folder) as file:
                return file.read()
        except OSError:
            return None

    def _open_in_folder(self, name: str, flags: int) -> int:
        return os.open(name, flags, FILE_MODE, dir_fd=self.fd)

    def put(self, place: str, data: bytes) -> bool:
        """Store a file at a path below the folder unless the host changed since `__enter__`; return false if not stored.

        The first response of a host only creates the folder, because earlier purges are unknown.
        """
        partial_name = f"{secrets.token_hex(8)}.part"
        try:
            if self.fd < 0:
                make_shared_folder(self.folder / CHANGED_FOLDER)
                make_shared_folder(self.folder / NOW_FOLDER / self.host)
                return False
            with open(partial_name, "xb", opener=self._open_in_folder) as file:
                os.fchmod(file.fileno(), FILE_MODE)
                file.write(data)
            if self._get_change_stamp() != self.seen:
                return False
            self._make_parent_folders(place)
            os.rename(partial_name, place, src_dir_fd=self.fd, dst_dir_fd=self.fd)
            if self._get_change_stamp() == self.seen:
                return True
            os.unlink(place, dir_fd=self.fd)
        except OSError:
            return False
        finally:
            if self.fd >= 0:
                with suppress(OSError):
                    os.unlink(partial_name, dir_fd=self.fd)
        return False

    def _make_parent_folders(self, place: str) -> None:
        """Create the folders above a path, accessible to the group, unless they exist."""
        names = place.split("/")
        with suppress(FileNotFoundError):
            os.stat("/".join(names[:-1]), dir_fd=self.fd)
            return
        for count in range(1, len(names)):
            parent = "/".join(names[:count])
            with suppress(FileExistsError):
                os.mkdir(parent, dir_fd=self.fd)
                _share_with_group(parent, self.fd)


def make_shared_folder(folder: Path) -> None:
    """Create a folder and its parents for nginx's group."""
    for one in (*reversed(folder.parents), folder):
        with suppress(FileExistsError):
            one.mkdir()
            _share_with_group(one)


def _share_with_group(folder: str | Path, within: int | None = None) -> None:
    """Set the mode of a folder so that the web server's group may use it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY, dir_fd=within)
    try:
        os.fchmod(handle, FOLDER_MODE)
    finally:
        os.close(handle)


class PageFilesMiddleware:
    """Stores pages as files for nginx, and serves pages stored meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.GONGKAI_PAGES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.folder = Path(settings.GONGKAI_PAGES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the stored page if there is one, else handle the request and store its response.

        Requests other than those of a cache without parameters and session are only handled.
        """
        host, name = make_host_folder_name(request.get_host()), make_page_file_name(request.path)
        if not NGINX_PROVEN.is_set() or not host or not name or not _is_public_request(request):
            return self.get_response(request)
        with HostFolder(self.folder, host) as host_folder:
            if (packed := host_folder.page(name)) is not None:
                return _make_stored_response(name, packed)
            response = self.get_response(request)
            if not (is_shared(response) and store_page(host_folder, name, response) == MARKS_FOLDER):
                response.headers["X-Accel-Expires"] = "0"
            return response


def _is_public_request(request: HttpRequest) -> bool:
    """Return true for a GET without parameters and session, whose response comes from a cache."""
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and comes_from_cache(request)
    )


def store_page(host_folder: HostFolder, name: str, response: HttpResponseBase) -> str:
    """Store a page as a file, or another response as a mark; return the folder used, or "".

    A plain page with status 200 becomes a file of the page tree. A mark of the mark tree says that the response is
    left to nginx's own cache: for pages (`.html`) a redirect or a withdrawn page, for other names any response
    with status 200. Everything else, such as missing pages, is not stored.
    """
    page = name.endswith(".html")
    if response.status_code == 200 and isinstance(response, HttpResponse) and _is_plain_response(name, response):
        packed = response.headers.get("Content-Encoding") == "gzip"
        data = response.content if packed else gzip.compress(response.content, 6, mtime=0)
        return PAGES_FOLDER if host_folder.put(f"{PAGES_FOLDER}/{name}.gz", data) else ""
    if response.status_code in ({301, 410} if page else {200}):
        return MARKS_FOLDER if host_folder.put(f"{MARKS_FOLDER}/{name}.mark", b"") else ""
    return ""


def _is_plain_response(name: str, response: HttpResponse) -> bool:
    """Return true if a response has the expected media type, and no cookies or odd headers."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return (
        kind == _TYPE_BY_SUFFIX.get(name.rpartition(".")[2])
        and not response.cookies
        and set(response.headers) <= _ALLOWED_HEADERS
    )


def _make_stored_response(name: str, packed: bytes) -> HttpResponse:
    """Return a stored compressed page as a response."""
    kind = _TYPE_BY_SUFFIX[name.rpartition(".")[2]]
    answer = HttpResponse(packed, content_type=f"{kind}; charset=utf-8")
    answer["Content-Encoding"] = "gzip"
    answer["Cache-Control"] = make_cache_control("page")
    return answer
