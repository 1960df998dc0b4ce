"""The pictures of a text: the files they name, and the URLs at which pages show them."""

from collections.abc import Callable, Mapping, Sequence

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext.clean import FILE_SCHEME
from gongkai.lib.richtext.tags import Attributes, StartTag, iterate_start_tags, rewrite_tags, write_start_tag
from gongkai.lib.typed_json import read_number, read_text

_PICTURE_SOURCE_RE = re.compile(rf"{FILE_SCHEME}:([0-9a-f]{{64}})")
#: Window share of a picture: the whole width of a phone, else the width of the text.
PICTURE_SIZES_ATTRIBUTE = "(max-width: 800px) 100vw, 800px"


def get_picture_digest(tag: StartTag) -> str:
    """Return the digest of the file that an `<img>` names; "" for any other source."""
    found = _PICTURE_SOURCE_RE.fullmatch(tag.get("src"))
    return found[1] if found else ""


def list_picture_digests(html: str) -> list[str]:
    """Return the digests of the pictures of a text, each once, in order."""
    if FILE_SCHEME not in html:
        return []
    digests = (get_picture_digest(tag) for tag in iterate_start_tags(html, {"img"}))
    return list(dict.fromkeys(digest for digest in digests if digest))


def add_picture_addresses(html: str, address: Callable[[str], str]) -> str:
    """Return a text whose pictures have the URL `address(digest)`."""
    return _rewrite_images(html, lambda mark: {"src": address(mark)})


def add_picture_sizes(html: str, files: Sequence[Mapping[str, object]], address: Callable[[str], str]) -> str:
    """Return a text with its pictures' addresses and sizes.

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

    def sizes(mark: str) -> Attributes:
        """Return the attributes of a picture: address, size and smaller versions."""
        own_file = widest.get(mark, {})
        attributes: Attributes = {"src": address(mark)}
        if own_file.get("width") and own_file.get("height"):
            attributes |= {"width": str(own_file["width"]), "height": str(own_file["height"])}
        if smaller.get(mark) and own_file.get("width"):
            every = sorted([*smaller[mark], own_file], key=lambda one: read_number(one, "width"))
            offered = ", ".join(f"{address(read_text(row, 'digest'))} {row['width']}w" for row in every)
            attributes |= {"srcset": offered, "sizes": PICTURE_SIZES_ATTRIBUTE}
        return attributes | {"loading": "lazy"}

    return _rewrite_images(html, sizes)


def _rewrite_images(html: str, get_attributes: Callable[[str], Attributes]) -> str:
    """Return a text whose stored pictures get the attributes of `get_attributes`."""

    def draw(tag: StartTag) -> str:
        """Return an image tag with new attributes if it shows a stored picture, else unchanged."""
        mark = get_picture_digest(tag)
        return (
            write_start_tag(
                "img", get_attributes(mark) | {key: value for key, value in tag.attributes.items() if key != "src"}
            )
            if mark
            else tag.source
        )

    return rewrite_tags(html, {"img"}, draw) if FILE_SCHEME in html else html
