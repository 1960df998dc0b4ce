"""File responses: names, headers, and no active content."""

import io

import pytest

from gongkai.core.widgets.responses import (
    BINARY_CONTENT_TYPE,
    XLSX_CONTENT_TYPE,
    attachment_header,
    download_response,
    file_response,
)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("ledger.xlsx", 'attachment; filename="ledger.xlsx"'),
        ("台账.xlsx", "attachment; filename*=utf-8''%E5%8F%B0%E8%B4%A6.xlsx"),
        ('a"b.csv', 'attachment; filename="a\\"b.csv"'),
    ],
)
def test_attachment_header_has_the_file_name(name, header):
    assert attachment_header(name) == header


def test_file_name_cannot_add_a_header():
    assert "\n" not in attachment_header("a\r\nX-Other: 1.txt")


def test_generated_file_is_downloaded():
    answer = download_response(b"123", "表.xlsx", XLSX_CONTENT_TYPE)
    assert answer.content == b"123"
    assert answer["Content-Type"] == XLSX_CONTENT_TYPE
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("kind", "inline", "shown"),
    [
        ("application/pdf", True, True),
        ("image/png", True, True),
        ("application/pdf", False, False),
        ("text/html", True, False),
        ("image/svg+xml", True, False),
        (BINARY_CONTENT_TYPE, True, False),
    ],
)
def test_only_inactive_content_is_shown_inline(kind, inline, shown):
    answer = file_response(io.BytesIO(b"<script>"), "a.bin", kind, inline=inline)
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_private_file_is_not_cached():
    assert file_response(io.BytesIO(b"1"), "a.pdf")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in file_response(io.BytesIO(b"1"), "a.pdf", private=False)
