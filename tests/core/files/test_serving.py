"""Serving files from the private store."""

import pytest

from gongkai.core.files.serving import serve_stored
from gongkai.core.files.store import store


@pytest.fixture
def stored(db):
    return store(b"%PDF-1.4 out", "通知.pdf")


def test_stored_file_is_served_completely_and_not_cached(stored):
    answer = serve_stored(stored, "通知.pdf", inline=True)
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 out"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Type"] == "application/pdf"
    answer.close()


def test_active_content_is_served_as_attachment(db):
    answer = serve_stored(store("张三".encode(), "a.csv"), "a.csv", inline=True)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    answer.close()
