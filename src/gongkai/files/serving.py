"""The one way out of the private store. Who may have a file, the view has asked before."""

from django.http import FileResponse, Http404

from gongkai.files.models import StoredFile
from gongkai.ui.answers import file_answer


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
