"""The one way out of the private store. Who may have a file, the view has asked before."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect

from gongkai.core.files.models import StoredFile
from gongkai.core.files.place import Links, files_storage
from gongkai.core.widgets.answers import file_answer

#: What a request made in this process says in its environment (no header can): it wants the bytes, whoever else is sent to the bucket.
BYTES = "gongkai.bytes"


def serve_stored(
    stored: StoredFile, name: str = "", *, inline: bool = False, private: bool = True
) -> FileResponse:
    """Return a stored file as an answer; nothing of it runs in a browser.

    Args:
        stored: the file.
        name: the name it is kept under; without one its digest.
        inline: whether the browser may show it, where it is of a kind that it may.
        private: whether nobody on the way may keep a copy. What the public may have sets its own `Cache-Control`.

    Raises:
        Http404: the store has lost it.
    """
    try:
        content = stored.open()
    except FileNotFoundError as error:
        raise Http404("文件不在存储中，请联系系统管理员") from error
    return file_answer(content, name or stored.pk[:12], stored.type, inline=inline, private=private)


def link_to(request: HttpRequest, stored: StoredFile, name: str) -> HttpResponseRedirect | None:
    """Return the way to a public file in the bucket by a link that is signed for some seconds; None where its bytes pass through here.

    For what anybody may have and is kept, not shown: what is shown in a page comes from the site itself (its policy of contents says so).
    Whoever brings a session gets the bytes from here: what staff may have is not for everybody who has the link.

    Args:
        request: who asks; a view has asked before whether the public may have the file.
        stored: the file.
        name: the name it is kept under.
    """
    seconds, storage = settings.GONGKAI_BUCKET_LINKS, files_storage()
    if not seconds or not isinstance(storage, Links) or request.method != "GET":
        return None
    if settings.SESSION_COOKIE_NAME in request.COOKIES or BYTES in request.META:
        return None
    answer = HttpResponseRedirect(storage.link(stored.place, name, stored.type, seconds))
    answer.headers["Cache-Control"] = (
        "private, no-store"  # a link that a cache kept would not work any more, or too long
    )
    return answer
