"""Responses with files of the private store; the view has checked permission."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect

from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import LinkableStore, get_files_storage
from gongkai.core.widgets.responses import file_response

#: Environment key of an internal request that needs the bytes instead of a redirect to the
#: bucket; no header can set it.
RANGE_META_KEY = "gongkai.bytes"


def serve_stored(stored: StoredFile, name: str = "", *, inline: bool = False, private: bool = True) -> FileResponse:
    """Return a stored file as a response that cannot run in a browser.

    Args:
        stored: the file.
        name: download name; default: the digest.
        inline: allow the browser to show safe kinds.
        private: forbid shared caches to store it.

    Raises:
        Http404: the content is missing.
    """
    try:
        content = stored.open()
    except FileNotFoundError as error:
        raise Http404("文件不在存储中，请联系系统管理员") from error
    return file_response(content, name or stored.pk[:12], stored.type, inline=inline, private=private)


def redirect_to_bucket(request: HttpRequest, stored: StoredFile, name: str) -> HttpResponseRedirect | None:
    """Return a redirect to a signed bucket URL for a public file, or None to serve it here.

    Only for downloads: files shown in pages must come from the site itself (content security
    policy). Requests with a session are served here, because a signed link works for anyone.

    Args:
        request: the request; the view has checked that the public may have the file.
        stored: the file.
        name: the file name of the download.
    """
    seconds, storage = settings.GONGKAI_BUCKET_LINKS, get_files_storage()
    if not seconds or not isinstance(storage, LinkableStore) or request.method != "GET":
        return None
    if settings.SESSION_COOKIE_NAME in request.COOKIES or RANGE_META_KEY in request.META:
        return None
    response = HttpResponseRedirect(storage.link(stored.place, name, stored.type, seconds))
    response.headers["Cache-Control"] = (
        "private, no-store"  # a link that a cache kept would not work any more, or too long
    )
    return response
