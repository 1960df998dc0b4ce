"""File responses, for generated and for uploaded files; uploaded content never runs in a browser."""

from collections.abc import Iterable
from typing import IO
from urllib.parse import unquote

from django.core.files.base import File
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from gongkai.lib.chinese import lazy_re as re

_FILE_NAME_PATTERN = re.compile(r"filename\*=utf-8\'\'([^;]+)|filename=\"([^\"]+)\"", re.IGNORECASE)
#: Media type of Word documents.
DOCX_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Media type of Excel workbooks.
XLSX_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Media type of CSV files.
CSV_CONTENT_TYPE = "text/csv; charset=utf-8"
#: Media type of files of no known type.
BINARY_CONTENT_TYPE = "application/octet-stream"
#: Types that a browser may show, because they run nothing; all others are downloads.
INLINE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain; charset=utf-8"})


def download_response(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return a generated file as a download with its (Chinese) name.

    Args:
        content: the bytes.
        name: file name with suffix.
        kind: media type.
    """
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = attachment_header(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def block_stream_response(content: Iterable[bytes], name: str, kind: str, size: int) -> StreamingHttpResponse:
    """Return a file of known size in blocks, for one person: no cache may store it."""
    response = StreamingHttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = attachment_header(name)
    response.headers["Content-Length"] = str(size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def is_download(response: HttpResponse) -> bool:
    """Return true if a response is a download, not a page."""
    return response.headers.get("Content-Disposition", "").startswith("attachment")


def download_file_name(response: HttpResponseBase) -> str:
    """Return the file name of a download, or ""."""
    match = _FILE_NAME_PATTERN.search(response.headers.get("Content-Disposition", ""))
    return unquote(match[1]) if match and match[1] else match[2] if match else ""


def attachment_header(name: str) -> str:
    """Return the `Content-Disposition` value of a download (RFC 6266)."""
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


def file_response(
    content: IO[bytes] | File[bytes],
    name: str,
    kind: str = BINARY_CONTENT_TYPE,
    *,
    inline: bool = False,
    private: bool = True,
) -> FileResponse:
    """Return an uploaded file as a response that cannot run in a browser.

    Args:
        content: the open file; closed with the response.
        name: file name.
        kind: media type.
        inline: allow the browser to show safe types (`INLINE_TYPES`).
        private: forbid caches to store it; public files set their own `Cache-Control`.
    """
    response = FileResponse(
        content, as_attachment=not (inline and kind in INLINE_TYPES), filename=name, content_type=kind
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if private:
        response.headers["Cache-Control"] = "private, no-store"
    return response
