"""Pictures of a text on a page: an address for each size, so that a phone fetches the small one. Pure."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from gongkai.chinese import lazy_re as re
from gongkai.richtext.clean import FILE_SCHEME
from gongkai.typed_json import number, text

_IMAGE = re.compile(rf'<img src="{FILE_SCHEME}:([0-9a-f]{{64}})"([^>]*)>')
#: What part of the window a picture takes: all of a phone, the text's width else.
SIZES = "(max-width: 800px) 100vw, 800px"


def with_sizes(html: str, files: Sequence[Mapping[str, object]], address: Callable[[str], str]) -> str:
    """Return a text with its pictures' addresses, their sizes and a srcset where there are several.

    Args:
        html: the text as an edition holds it.
        files: the edition's files; a smaller size names its picture in `of`.
        address: digest → where it is served.
    """
    widest = {file["digest"]: file for file in files if file.get("picture") and not file.get("of")}
    smaller: dict[str, list[Mapping[str, object]]] = {}
    for file in files:
        if file.get("of"):
            smaller.setdefault(str(file["of"]), []).append(file)

    def draw(found: re.Match[str]) -> str:
        mark, rest = found[1], found[2]
        own = widest.get(mark, {})
        parts = [f'<img src="{escape(address(mark))}"']
        if own.get("width") and own.get("height"):
            parts.append(f'width="{own["width"]}" height="{own["height"]}"')
        if smaller.get(mark) and own.get("width"):
            every = sorted([*smaller[mark], own], key=lambda one: number(one, "width"))
            offered = ", ".join(f"{escape(address(text(row, 'digest')))} {row['width']}w" for row in every)
            parts.append(f'srcset="{offered}" sizes="{SIZES}"')
        return f'{" ".join(parts)} loading="lazy"{rest}>'

    return _IMAGE.sub(draw, html)
