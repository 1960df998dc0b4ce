"""Answers that are files: what we wrote ourselves, and what somebody gave us, of which nothing may run in a browser."""

from collections.abc import Iterable
from typing import IO
from urllib.parse import unquote

from django.core.files.base import File
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from gongkai.lib.chinese import lazy_re as re

_NAMED = re.compile(r"filename\*=utf-8\'\'([^;]+)|filename=\"([^\"]+)\"", re.IGNORECASE)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
ANY = "application/octet-stream"
#: What a browser may show: nothing of these runs. Everything else is kept, whatever was asked.
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain; charset=utf-8"})


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file that was made in memory, to be kept under its own (Chinese) name.

    Args:
        content: its bytes.
        name: its name with the ending.
        kind: its media type.
    """
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = attachment(name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def stream(lines: Iterable[str], name: str, kind: str) -> StreamingHttpResponse:
    """Return a file that is made while it is sent, to be kept under its own name.

    Args:
        lines: its text, line by line.
        name: its name with the ending.
        kind: its media type.
    """
    answer = StreamingHttpResponse(lines, content_type=kind)
    answer.headers["Content-Disposition"] = attachment(name)
    return answer


def blocks(content: Iterable[bytes], name: str, kind: str, size: int) -> StreamingHttpResponse:
    """Return a file of a known size that is read while it is sent, for whoever asked alone: nobody on the way may keep a copy."""
    answer = StreamingHttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = attachment(name)
    answer.headers["Content-Length"] = str(size)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def is_kept(answer: HttpResponse) -> bool:
    """Whether an answer is a file to be kept, not a page."""
    return answer.headers.get("Content-Disposition", "").startswith("attachment")


def kept_name(answer: HttpResponseBase) -> str:
    """Return the name under which a file is kept; empty for pages and for files without one."""
    found = _NAMED.search(answer.headers.get("Content-Disposition", ""))
    return unquote(found[1]) if found and found[1] else found[2] if found else ""


def attachment(name: str) -> str:
    """Return the value of `Content-Disposition` for what is kept under a name (RFC 6266)."""
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


def file_answer(
    content: IO[bytes] | File[bytes],
    name: str,
    kind: str = ANY,
    *,
    inline: bool = False,
    private: bool = True,
) -> FileResponse:
    """Return a file that somebody gave us: no browser runs anything of it under this address.

    Args:
        content: the open file; the answer closes it.
        name: the name it is kept under.
        kind: its media type.
        inline: whether the browser may show it, where it is of a kind that it may (`INLINE`).
        private: whether nobody on the way may keep a copy. What the public may have sets its own `Cache-Control`.
    """
    answer = FileResponse(
        content, as_attachment=not (inline and kind in INLINE), filename=name, content_type=kind
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if private:
        answer.headers["Cache-Control"] = "private, no-store"
    return answer
