"""Pictures of the handbook: content and marks (`pictures.toml`), and files.

`make handbook-pictures` takes each twice, for desktop and phone.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

#: Folder of the handbook.
HANDBOOK_FOLDER = Path(__file__).parent
#: Folder of the image files.
PICTURES_FOLDER = HANDBOOK_FOLDER / "static" / "handbook" / "pictures"
#: Media query of the phone picture.
PHONE_MEDIA_QUERY = "(max-width: 600px)"
_CIRCLED_NUMBERS = "①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True)
class Picture:
    """A screenshot of the handbook: its page, the elements opened on it, and those marked.

    Attributes:
        name: its name; `name.png` and `name-phone.png` are its files.
        address: the page, or the page where `ways` begin.
        login: login in the sample city that sees the page; empty for the public.
        ways: labels of the links that lead from `address` to the page.
        opens: labels of collapsed parts that are opened.
        marks: labels of the buttons, links, fields and headings that get numbers, in this order.
        part: the part of the page that is shown, as a selector.
        height: maximum height in pixels; the part around the marks is shown.
    """

    name: str
    address: str
    login: str = ""
    ways: Sequence[str] = ()
    opens: Sequence[str] = ()
    marks: Sequence[str] = ()
    part: str = ".gk"
    height: int = 520

    @property
    def caption(self) -> str:
        """Return the labels of the numbered marks."""
        return "　".join(f"{number} {label}" for number, label in zip(_CIRCLED_NUMBERS, self.marks, strict=False))

    def file(self, *, phone: bool = False) -> Path:
        """Return the path of the picture file."""
        return PICTURES_FOLDER / f"{self.name}{'-phone' * phone}.png"


@cache
def load_pictures() -> Mapping[str, Picture]:
    """Return the pictures by name."""
    rows = tomllib.loads((HANDBOOK_FOLDER / "pictures.toml").read_text(encoding="utf-8"))["pictures"]
    return {row["name"]: Picture(**row) for row in rows}


@cache
def read_png_size(file: Path) -> tuple[int, int]:
    """Return (width, height) from a PNG header."""
    with file.open("rb") as opened:
        head = opened.read(24)
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def render_figure(name: str, alt: str) -> SafeString:
    """Return the HTML of a picture for desktop and phone, with its caption."""
    picture = load_pictures()[name]
    wide, narrow = picture.file(), picture.file(phone=True)
    (width, height), (phone_width, phone_height) = read_png_size(wide), read_png_size(narrow)
    return format_html(
        '<figure class="hb-figure"><picture><source media="{}" srcset="{}" width="{}" height="{}">'
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">'
        "</picture><figcaption>{}</figcaption></figure>",
        PHONE_MEDIA_QUERY,
        static(f"handbook/pictures/{narrow.name}"),
        phone_width,
        phone_height,
        static(f"handbook/pictures/{wide.name}"),
        width,
        height,
        alt,
        picture.caption,
    )
