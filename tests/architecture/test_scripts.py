"""No page contains an inline script: the content security policies of the public site and the office forbid it."""

import re
from pathlib import Path

from django.conf import settings

SOURCE = Path(__file__).resolve().parents[2] / "src" / "gongkai"
#: A script element without `src` that is not JSON data, or an event attribute.
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/(?:ld\+)?json))[^>]*>|\son[a-z]+=[\"']|javascript:", re.IGNORECASE
)


def test_no_template_contains_an_inline_script() -> None:
    pages = [*SOURCE.rglob("templates/**/*.html")]
    assert len(pages) > 100
    found = [f"{path.name}: {one}" for path in pages for one in INLINE_SCRIPT.findall(path.read_text())]
    assert found == []


def test_content_security_policies_forbid_inline_scripts() -> None:
    for policy in (settings.CSP_PUBLIC, settings.CSP_OFFICE):
        assert policy["script-src"] == ["'self'"]
        assert policy["object-src"] == ["'none'"]
