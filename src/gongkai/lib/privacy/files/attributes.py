"""Mask the attributes, names and styles of web pages, or remove them."""

import base64
import binascii
from urllib.parse import unquote, unquote_plus

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.files.package import clean_picture, mask_string
from gongkai.lib.privacy.files.slots import Hider
from gongkai.lib.privacy.model import PrivacyError

_URL_ATTRIBUTES = frozenset(
    ["href", "src", "action", "formaction", "poster", "cite", "background", "longdesc", "data", "ping", "srcset", "xlink:href",
     "manifest", "usemap", "classid", "codebase", "archive", "profile", "imagesrcset"]
)  # fmt: skip
#: Attributes of which a masked value would be nonsense to a browser: they go where anything in them is hidden.
_LAYOUT_ATTRIBUTES = frozenset(
    ["class", "style", "id", "width", "height", "colspan", "rowspan", "align", "valign", "border", "type", "rel", "lang", "dir", "for",
     "bgcolor", "color", "translate", "headers", "form", "list", "rev", "method", "enctype", "target", "media", "sizes"]
)  # fmt: skip
_URL_SCHEMES = ("mailto:", "tel:", "sms:", "callto:", "javascript:", "vbscript:")
_DATA_URL_IMAGE = re.compile(r"data:image/(png|jpe?g|gif|bmp);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})[ \t\r\n\f]?|(.))", re.DOTALL)


def mask_element_attributes(element: etree._Element, hider: Hider) -> None:
    """Mask the name, the attributes and the style sheet of an element."""
    if mask_string(str(element.tag), hider) != element.tag:
        element.tag = "span"
    for name, value in list(element.attrib.items()):
        kept = _mask_attribute(str(name).lower(), str(value), hider)
        if kept is None:
            del element.attrib[name]
        elif kept != value:
            element.set(name, kept)
    if element.tag == "style" and element.text:
        said = mask_string(element.text, hider)
        element.text = said if mask_string(_unescape_css(said), hider) == _unescape_css(said) else ""


def _mask_attribute(name: str, value: str, hider: Hider) -> str | None:
    if name.startswith("on") or mask_string(name, hider) != name:
        return None
    if name in _URL_ATTRIBUTES:
        return _mask_url(value, hider)
    masked = mask_string(value, hider)
    if name in _LAYOUT_ATTRIBUTES:
        read = _unescape_css(value)
        return value if masked == value and mask_string(read, hider) == read else None
    hides = "%" in masked and any(mask_string(read, hider) != read for read in (unquote(masked), unquote_plus(masked)))
    return None if hides else masked


def _mask_url(value: str, hider: Hider) -> str | None:
    bare = re.sub(r"[\x00-\x20]", "", value)
    if bare.lower().startswith(_URL_SCHEMES):
        return None
    if bare.lower().startswith("data:"):
        return _clean_data_url_image(value)
    if any(mask_string(read, hider) != read for read in dict.fromkeys((value, unquote(value), unquote_plus(value)))):
        return "#"
    return value


def _clean_data_url_image(value: str) -> str | None:
    found = _DATA_URL_IMAGE.fullmatch(value.strip())
    if found is None:
        return None
    try:
        raw = clean_picture(f"x.{found[1]}", base64.b64decode(found[2]))
    except (PrivacyError, binascii.Error):
        return None
    return f"data:image/{found[1]};base64,{base64.b64encode(raw).decode()}"


def _unescape_css(value: str) -> str:
    def sign(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else 0
        return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else found[2] or ""

    return _CSS_ESCAPE.sub(sign, value)
