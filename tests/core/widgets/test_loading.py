"""Template loading: layout white space is removed, visible white space kept."""

import re
from pathlib import Path

import pytest

import gongkai
from gongkai.core.widgets.template_loader import strip_layout

SOURCES = Path(gongkai.__file__).parent
MAX_LINE_CHARACTERS = 200


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("<td>\n    {% if a %}x{% endif %}\n  </td>", "<td>{% if a %}x{% endif %}</td>"),
        ('<p class="al-text">\n  {{ text }}\n</p>', '<p class="al-text">{{ text }}</p>'),
        ("<td {% if a > b %}class='x'{% endif %}>\n  1\n</td>", "<td {% if a > b %}class='x'{% endif %}>1</td>"),
        ("<li>甲</li>\n  <li>乙</li>", "<li>甲</li><li>乙</li>"),
        ("<a>甲</a>\n    <a>乙</a>", "<a>甲</a>\n<a>乙</a>"),
        ("<p>\n  <a>甲</a> · <a>乙</a>\n</p>", "<p><a>甲</a> · <a>乙</a></p>"),
        ("<pre>\n  a\n    b\n</pre>\n  <p>\n c</p>", "<pre>\n  a\n    b\n</pre>\n<p>c</p>"),
        ("<textarea>\n  a</textarea>", "<textarea>\n  a</textarea>"),
        ("<span>\n  甲\n</span>", "<span>\n甲\n</span>"),
        (
            '<a\n    href="/x"\n    {% if a > b %}title="甲"{% endif %}\n  >乙</a\n  >',
            '<a href="/x" {% if a > b %}title="甲"{% endif %}>乙</a>',
        ),
        ("<span>列第\n    {{ place }}\n   位</span>", "<span>列第 {{ place }} 位</span>"),
        (
            "{% if a %}甲{% endif %}\n  {% if b %}，乙{% endif %}\n  。",
            "{% if a %}甲{% endif %}{% if b %}，乙{% endif %}。",
        ),
        ("{{ a }}，\n    {{ b }}", "{{ a }}，{{ b }}"),
        ("甲：{% if a %}\n  {{ b }}{% endif %}", "甲：{% if a %}{{ b }}{% endif %}"),
        ("<thing>\n  x</thing>", "<thing>\nx</thing>"),
    ],
)
def test_strip_layout(written: str, served: str) -> None:
    assert strip_layout(written) == served


def test_template_lines_are_not_too_long() -> None:
    long = [
        f"{file.relative_to(SOURCES)}:{number}"
        for file in SOURCES.rglob("templates/**/*.html")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MAX_LINE_CHARACTERS
    ]
    assert not long, "break these lines, best next to Chinese punctuation: no space is left there"


def test_every_office_page_but_the_home_page_shows_its_place() -> None:
    pages = [(page, page.read_text(encoding="utf-8")) for page in SOURCES.rglob("templates/**/*.html")]
    framed = [(page, text) for page, text in pages if '{% extends "ui/office.html" %}' in text]
    assert [page.name for page, text in framed if "{% block breadcrumbs %}" not in text] == ["home.html"]


def test_every_scrolling_frame_has_a_name_and_takes_the_keyboard() -> None:
    texts = [(page.name, page.read_text(encoding="utf-8")) for page in SOURCES.rglob("templates/**/*.html")]
    frames = [(name, tag) for name, text in texts for tag in re.findall(r'<\w+\s+class="gk-scroll[ "][^>]*>', text)]
    lacking = [
        name for name, tag in frames if not all(part in tag for part in ('role="region"', "aria-label", "tabindex"))
    ]
    assert len(frames) > 50
    assert lacking == []
