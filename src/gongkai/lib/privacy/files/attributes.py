"""Mask the attributes, names and styles of web pages, or remove them."""

import base64
import binascii
from urllib.parse import unquote, unquote_plus

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.files.package import clean_picture, swept
from gongkai.lib.privacy.files.slots import Hider
from gongkai.lib.privacy.model import PrivacyError

_ADDRESSES = frozenset(
    ["href", "src", "action", "formaction", "poster", "cite", "background", "longdesc", "data", "ping", "srcset", "xlink:href",
     "manifest", "usemap", "classid", "codebase", "archive", "profile", "imagesrcset"]
)  # fmt: skip
#: Attributes of which a masked value would be nonsense to a browser: they go where anything in them is hidden.
_LAYOUT = frozenset(
    ["class", "style", "id", "width", "height", "colspan", "rowspan", "align", "valign", "border", "type", "rel", "lang", "dir", "for",
     "bgcolor", "color", "translate", "headers", "form", "list", "rev", "method", "enctype", "target", "media", "sizes"]
)  # fmt: skip
_CALLS = ("mailto:", "tel:", "sms:", "callto:", "javascript:", "vbscript:")
_PICTURE = re.compile(r"data:image/(png|jpe?g|gif|bmp);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})[ \t\r\n\f]?|(.))", re.DOTALL)


def clean(element: etree._Element, hider: Hider) -> None:
    """Mask the name, the attributes and the style sheet of an element."""
    if swept(str(element.tag), hider) != element.tag:
        element.tag = "span"
    for name, value in list(element.attrib.items()):
        kept = _value(str(name).lower(), str(value), hider)
        if kept is None:
            del element.attrib[name]
        elif kept != value:
            element.set(name, kept)
    if element.tag == "style" and element.text:
        said = swept(element.text, hider)
        element.text = said if swept(_css(said), hider) == _css(said) else ""


def _value(name: str, value: str, hider: Hider) -> str | None:
    if name.startswith("on") or swept(name, hider) != name:
        return None
    if name in _ADDRESSES:
        return _address(value, hider)
    masked = swept(value, hider)
    if name in _LAYOUT:
        read = _css(value)
        return value if masked == value and swept(read, hider) == read else None
    hides = "%" in masked and any(
        swept(read, hider) != read for read in (unquote(masked), unquote_plus(masked))
    )
    return None if hides else masked


def _address(value: str, hider: Hider) -> str | None:
    bare = re.sub(r"[\x00-\x20]", "", value)
    if bare.lower().startswith(_CALLS):
        return None
    if bare.lower().startswith("data:"):
        return _picture(value)
    if any(
        swept(read, hider) != read for read in dict.fromkeys((value, unquote(value), unquote_plus(value)))
    ):
        return "#"
    return value


def _picture(value: str) -> str | None:
    found = _PICTURE.fullmatch(value.strip())
    if found is None:
        return None
    try:
        raw = clean_picture(f"x.{found[1]}", base64.b64decode(found[2]))
    except (PrivacyError, binascii.Error):
        return None
    return f"data:image/{found[1]};base64,{base64.b64encode(raw).decode()}"


def _css(value: str) -> str:
    def sign(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else 0
        return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else found[2] or ""

    return _CSS_ESCAPE.sub(sign, value)
