"""Convert every element that shows a picture to an `img`. Pure."""

from lxml.etree import _Element
from lxml.html import Element, HtmlMixin

from gongkai.lib.chinese import lazy_re as re

#: Pictures of at most this width and height are icons.
MAX_ICON_PIXELS = 32
#: Number of repetitions in one text from which a picture is an icon.
MIN_ICON_REPEATS = 3
#: Attribute of a picture that was a background, with the kind of place where it was.
BACKGROUND_ATTRIBUTE = "data-background"
#: Suffixes of pictures, also of those that no page can show.
_PICTURE_SUFFIXES = r"png|jpeg|jpg|jpe|jfif|gif|bmp|webp|svgz|svg|tiff|tif|avif|heic|ico|wmf|emf"
PICTURE_FILE_KINDS = frozenset(_PICTURE_SUFFIXES.split("|"))
_PICTURE_URL_PATTERN = re.compile(rf"^data:image/|\.(?:{_PICTURE_SUFFIXES})(?![\w.])", re.IGNORECASE)
#: Attributes by which editors and scripts give the picture that takes the place of `src`.
_LAZY_PICTURE_ATTRIBUTES = frozenset(
    (
        *("data-src", "data-original", "data-original-src", "data-lazy", "data-lazy-src", "data-lazyload", "data-url"),
        *("data-lazyload-src", "data-echo", "data-actualsrc", "data-real-src", "data-realsrc", "data-file", "data-img"),
        *("data-image", "data-imgsrc", "data-full", "data-hi-res-src", "data-croporisrc", "data-ke-src"),
        *("data-cke-saved-src", "data-mce-src", "_src", "oldsrc", "original", "original-src", "lazy-src", "lazysrc"),
        *("lay-src", "real-src", "realsrc", "real_src", "file", "zoomfile"),
    )
)
#: Attributes of a picture that may contain other URLs (to share, to download); counted with its suffix only.
_AMBIGUOUS_ATTRIBUTES = frozenset({"data-url", "data-file", "file"})
#: Names of attributes with other pictures: thumbnails, placeholders, pictures shown after an error.
_SECONDARY_ATTRIBUTE_PATTERN = re.compile(r"error|fail|default|thumb|small|low|load|holder|tiny|blur|preview|icon|bak")
#: Attributes not searched for URLs of pictures (`src` is read first).
_ORDINARY_ATTRIBUTES = frozenset(
    {"alt", "title", "class", "id", "style", "name", "longdesc", "usemap", "width", "height", "src"}
)
#: Place of a picture in Chinese → CSS properties that show it there.
_PICTURE_PROPERTIES = {
    "文字的背景": r"background|border-image|mask",
    "列表的符号": r"list-style",
    "样式中的内容": r"content",
}
_PICTURE_PROPERTY_PATTERNS = {
    place: re.compile(rf"(?<![\w-])(?:-webkit-)?(?:{names})[\w-]*\s*:", re.IGNORECASE)
    for place, names in _PICTURE_PROPERTIES.items()
}
_URL_OR_PATH_PATTERN = re.compile(r"[./]|^data:image/")
_CSS_URL_PATTERN = re.compile(r"url\(\s*([\"']?)(.+?)\1\s*\)", re.IGNORECASE)
_PIXELS_PATTERN = re.compile(r"^\s*(\d+)(?:\.\d+)?\s*(?:px)?\s*$")
_CSS_SIZE_PATTERNS = {
    side: re.compile(rf"(?:^|[;\s]){side}\s*:\s*(\d+)(?:\.\d+)?px", re.IGNORECASE) for side in ("width", "height")
}
#: Icons of file types and blank pictures that editors and old pages put into a text: by their exact names.
_EDITOR_ICON_PATTERN = re.compile(
    r"/fileTypeImages/|/ueditor/dialogs/|(?:^|/)(?:spacer|blank)\.(?:gif|png)(?:$|\?)", re.IGNORECASE
)


def list_picture_urls(tag: _Element) -> list[str]:
    """Return the picture URLs of an `img`: lazy-loading attributes, `src`, then `srcset` by size."""
    given = ((str(name).lower(), str(value).strip()) for name, value in tag.attrib.items())
    sets = [one for name, value in given if name == "srcset" for one in _parse_srcset(value)]
    own = (tag.get("src") or "").strip()
    return list(dict.fromkeys(value for value in (*list_lazy_urls(tag), own, *sets) if value))


def list_lazy_urls(tag: _Element) -> list[str]:
    """Return the lazy-loading URLs of an `img`."""
    lazy_urls: list[str] = []
    for name, value in ((str(name).lower(), str(value).strip()) for name, value in tag.attrib.items()):
        looks_right = _PICTURE_URL_PATTERN if name in _AMBIGUOUS_ATTRIBUTES else _URL_OR_PATH_PATTERN
        if name in _LAZY_PICTURE_ATTRIBUTES and looks_right.search(value):
            lazy_urls.append(value)
        elif name.startswith("data-") and name.endswith("srcset"):
            lazy_urls += _parse_srcset(value)
    return list(dict.fromkeys(lazy_urls))


def list_unknown_urls(tag: _Element) -> list[str]:
    """Return picture URLs in unknown attributes of an `img`."""
    known = set(list_picture_urls(tag))
    attributes = ((str(name), str(value)) for name, value in tag.attrib.items())
    return [
        value.strip()
        for name, value in attributes
        if not (
            name in _ORDINARY_ATTRIBUTES
            or name in _LAZY_PICTURE_ATTRIBUTES
            or name.endswith("srcset")
            or name.startswith("on")
        )
        and not _SECONDARY_ATTRIBUTE_PATTERN.search(name)
        and _PICTURE_URL_PATTERN.search(value)
        and value.strip() not in known
    ]


def _parse_srcset(value: str) -> list[str]:
    """Return the URLs of a `srcset`, the largest first."""
    sized = []
    for candidate in re.findall(r"[^\s,][^\s]*[^\s,](?:\s+[\d.]+[wx])?", value):
        address, _, size = candidate.partition(" ")
        number = size.strip()[:-1]
        sized.append((float(number) if number.replace(".", "", 1).isdecimal() else 1.0, address))
    return [address for _, address in sorted(sized, key=lambda pair: -pair[0])]


def is_icon(tag: _Element, link: str, repeats: int) -> bool:
    """Return true if a missing picture is decoration: by declared size, repetition, or an editor's icon."""
    sides = [_get_pixels(tag, side) for side in ("width", "height")]
    small = all(side is not None and side <= MAX_ICON_PIXELS for side in sides)
    return small or repeats >= MIN_ICON_REPEATS or _EDITOR_ICON_PATTERN.search(link) is not None


def _get_pixels(tag: _Element, side: str) -> int | None:
    """Return an image's width or height (`side`) in pixels, None if it is not stated so."""
    match = _PIXELS_PATTERN.match(tag.get(side) or "") or _CSS_SIZE_PATTERNS[side].search(tag.get("style") or "")
    return int(match[1]) if match else None


def unify_pictures(root: _Element) -> None:
    """Convert every element that shows a picture into `img`, and other embedded objects into `iframe`.

    The parser nests content after an unclosed `embed`, `source` or `image` into it, so only the
    elements themselves are replaced, and their contents stay.
    """
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        tag = element.tag.lower()
        if tag == "picture":
            _unify_picture(element)
        elif tag == "svg":
            _unify_drawing(element)
        elif tag in {"image", "imagedata"} or tag.endswith(":imagedata"):
            _replace_with_image(element, element.get("src") or _get_href(element))
        elif tag == "input" and (element.get("type") or "").lower() == "image":
            _replace_with_image(element, element.get("src") or "")
        elif tag == "canvas":
            _replace_with_image(element, "data:image/canvas")
        elif tag in {"embed", "object"}:
            _unify_object(element, tag)
        elif tag == "noscript" and element.find(".//img") is not None and not _is_after_image(element):
            _unwrap_element(element)


def unify_backgrounds(root: _Element) -> None:
    """Convert background pictures into `img`, marked if they are not part of the text."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in {"body", "html"}:
            continue
        styled = element.get("style") or ""
        shown = [place for place, pattern in _PICTURE_PROPERTY_PATTERNS.items() if pattern.search(styled)]
        links = [found[1] for found in _CSS_URL_PATTERN.findall(styled) if shown]
        if element.tag == "img":
            # The content of a style replaces the picture; a background is shown only while it loads.
            for link in links if "样式中的内容" in shown else []:
                _insert_before(element, Element("img", {"src": link, BACKGROUND_ATTRIBUTE: "样式中的内容"}))
            continue
        for link in filter(None, map(str.strip, [*links, element.get("background") or ""])):
            image = Element("img", src=link, style=styled)
            if "列表的符号" in shown or "".join(map(str, element.itertext())).strip():
                image.set(BACKGROUND_ATTRIBUTE, shown[-1] if shown else "文字的背景")
            image.tail, element.text = element.text, None
            element.insert(0, image)


def _unify_picture(picture: _Element) -> None:
    """Replace a `<picture>` by its `<img>`, with the sources as its srcset."""
    sources = list(picture.iter("source"))
    image = next(picture.iter("img"), None)
    if image is None:
        image = Element("img")
        picture.insert(0, image)
    for name, source_names in (("srcset", ("srcset", "src")), ("data-srcset", ("data-srcset",))):
        srcset_values = [
            image.get(name),
            *(source.get(source_name) for source in sources for source_name in source_names),
        ]
        if sets := ", ".join(filter(None, srcset_values)):
            image.set(name, sets)
    for element in (*sources, picture):
        _unwrap_element(element)


def _unify_drawing(svg: _Element) -> None:
    """Replace an SVG by its embedded pictures, or by a placeholder that cannot be migrated."""
    size = {side: value for side in ("width", "height") if (value := svg.get(side))}
    links = [_get_href(node) for node in svg.iter() if isinstance(node.tag, str) and node.tag.lower().endswith("image")]
    for link in filter(None, links or ["data:image/svg+xml"]):
        _insert_before(svg, Element("img", src=link, style=svg.get("style") or "", **size))
    assert isinstance(svg, HtmlMixin)
    svg.drop_tree()


def _unify_object(element: _Element, tag: str) -> None:
    """Replace `<object>` or `<embed>` by a picture or a frame."""
    link = (element.get("src") or element.get("data") or _get_href(element)).strip()
    shows = (element.get("type") or "").lower().startswith("image/") or _PICTURE_URL_PATTERN.search(link)
    if shows:
        _insert_before(element, _make_image(element, link))
    else:
        _insert_before(element, Element("iframe", src=link))
    if tag == "embed":
        _unwrap_element(element)
        return
    if not shows:
        for image in list(element.iter("img")):
            _insert_before(element, image)
    assert isinstance(element, HtmlMixin)
    element.drop_tree()


def _get_href(element: _Element) -> str:
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("href")), "")


def _make_image(element: _Element, link: str) -> _Element:
    """Return an `img` of a URL with the text and size of an element."""
    values = {name: value for name in ("alt", "width", "height", "style") if (value := element.get(name))}
    return Element("img", src=link.strip(), **values)


def _replace_with_image(element: _Element, link: str) -> None:
    """Replace an element by an image followed by the element's content."""
    _insert_before(element, _make_image(element, link))
    _unwrap_element(element)


def _insert_before(element: _Element, new: _Element) -> None:
    new.tail = None
    element.addprevious(new)


def _unwrap_element(element: _Element) -> None:
    """Replace an element by its content."""
    assert isinstance(element, HtmlMixin)
    element.drop_tag()


def _is_after_image(element: _Element) -> bool:
    """Return true if the previous element is a picture with a URL."""
    previous = element.getprevious()
    return previous is not None and previous.tag == "img" and bool(list_picture_urls(previous))
