"""No script stands in a page: the content security policy of both faces runs none."""

import re
from pathlib import Path

from django.conf import settings

SOURCE = Path(__file__).resolve().parents[2] / "src" / "gongkai"
#: A script without an address that is no data, and what an element does by an attribute.
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/(?:ld\+)?json))[^>]*>|\son[a-z]+=[\"']|javascript:", re.IGNORECASE
)


def test_no_template_holds_a_script() -> None:
    pages = [*SOURCE.rglob("templates/**/*.html")]
    assert len(pages) > 100
    found = [f"{path.name}: {one}" for path in pages for one in INLINE.findall(path.read_text())]
    assert found == []


def test_no_policy_lets_one_run() -> None:
    for policy in (settings.CSP_PUBLIC, settings.CSP_OFFICE):
        assert policy["script-src"] == ["'self'"]
        assert policy["object-src"] == ["'none'"]
