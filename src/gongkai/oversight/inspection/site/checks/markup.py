"""Check the markup of a page: encoding, title, accessibility, script errors. Pure and fast."""

from collections.abc import Iterator

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.page import WebPage

GARBLED_TEXT_PATTERN = re.compile(r"锟斤拷|烫烫烫|屯屯屯|[ÃÂåæçèé][\x80-\xbf¡-¿]{1,2}[ÃÂåæçèéäï]|\ufffd{2,}")
_DISABLED_ZOOM_RE = re.compile(
    r"user-scalable\s*=\s*(?:no|0)|maximum-scale\s*=\s*(?:1(?:\.0*)?|0\.\d+)(?![\d.])", re.IGNORECASE
)
_PROGRAM_ERROR_RE = re.compile(
    r"Traceback \(most recent call last\)|java\.lang\.\w+Exception|at org\.apache\.|HTTP Status 500|Server Error in '/' Application|"
    r"You have an error in your SQL syntax|ORA-\d{5}|Fatal error: .{0,80} on line \d|Warning: \w+\(\).{0,80} on line \d|"
    r"Microsoft OLE DB Provider|Whitelabel Error Page"
)
_DIRECTORY_LISTING_RE = re.compile(r"^(?:Index of /|Directory listing for /)", re.IGNORECASE)
_PAGE_NOT_FOUND_RE = re.compile(
    r"(?:页面|网页|内容|信息|文章|栏目)(?:已经|已|并)?(?:不存在|被删除|走丢|没有找到|未找到|找不到)|"
    r"\b404\b.{0,12}(?:not found|错误|页面)|page not found",
    re.IGNORECASE,
)
#: Input types that need no label.
_SELF_LABELLED_INPUT_TYPES = {"hidden", "submit", "button", "image", "reset"}


def find_markup_faults(page: WebPage) -> Iterator[PageFault]:
    """Yield faults in a page's encoding, title, language and accessibility."""
    yield from _find_encoding_faults(page)
    title = page.title
    if not title:
        yield PageFault("page.untitled", "网页没有标题", page.address)
    if page.by["frameset"]:
        return
    html = page.by["html"][0] if page.by["html"] else page.root
    if not (html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip():
        yield PageFault("access.lang", "html 元素没有 lang")
    viewport = page.metas.get("viewport", "")
    if not viewport:
        yield PageFault("mobile.viewport", "没有 viewport 标签，手机上按电脑宽度显示")
    elif _DISABLED_ZOOM_RE.search(viewport):
        yield PageFault("mobile.zoom", "viewport 禁止放大", shown=viewport)
    elif (fixed := re.search(r"width\s*=\s*(\d{3,})", viewport)) and int(fixed[1]) > 480:
        yield PageFault("mobile.width", f"viewport 为固定宽度 {fixed[1]}", shown=viewport)
    yield from _find_screen_reader_faults(page)
    error = _PROGRAM_ERROR_RE.search(page.source)
    if error:
        yield PageFault("page.error", "网页显示程序出错信息", page.address, error[0])
    if _DIRECTORY_LISTING_RE.search(title):
        yield PageFault("security.listing", f"目录可以列出：{title[:60]}", page.address)
    if (
        len(page.text) < 6_000
        and (gone := _PAGE_NOT_FOUND_RE.search(f"{title} {page.text}"))
        and not page.metas.get("articletitle")
    ):
        yield PageFault("page.soft_404", "不存在的网页应返回404，却返回200", page.address, gone[0])


def _find_encoding_faults(page: WebPage) -> Iterator[PageFault]:
    """Yield the faults of a page without or with a wrong declared charset, and of garbled text."""
    fetched, charset = page.fetched, page.charset
    if fetched is None:
        return
    if not charset:
        if not page.source.isascii():
            yield PageFault("page.charset", "网页没有声明编码", page.address)
    elif not _can_decode(fetched.data, charset, fetched.cut):
        yield PageFault("page.charset", f"网页声明编码为 {charset}，内容不是", page.address)
    garbled = GARBLED_TEXT_PATTERN.search(page.text)
    if garbled:
        position = max(0, garbled.start() - 10)
        yield PageFault(
            "page.garbled", "网页有乱码", page.address, " ".join(page.text[position : garbled.end() + 20].split())
        )


def _can_decode(data: bytes, named: str, cut: bool) -> bool:
    """Return True if the data can be decoded in the named charset; `cut` data may end within a character."""
    codec = "gb18030" if named in {"gb2312", "gbk", "gb18030", "cp936"} else named
    try:
        data.decode(codec, "ignore" if cut else "strict")
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _find_screen_reader_faults(page: WebPage) -> Iterator[PageFault]:
    """Yield what a screen reader cannot read, and automatic playback."""
    for tag in page.by["img"]:
        if tag.get("alt") is None and (tag.get("role") or "") != "presentation":
            picture_address = tag.get("src") or tag.get("data-src") or ""
            yield PageFault("access.alt", f"图片没有 alt：{picture_address[-80:]}", shown=picture_address)
    yield from _find_unlabelled_fields(page)
    for link, name in zip(page.links, page.names, strict=True):
        if link.tag == "a" and link.address and not name and not _is_hidden(link.element):
            yield PageFault("access.link", f"链接没有文字：{link.written[:80]}", shown=link.written)
    for tag in page.by["iframe"]:
        if not (tag.get("title") or tag.get("aria-label")):
            yield PageFault("access.frame", f"内嵌框架没有 title：{(tag.get('src') or '')[:80]}")
    for tag in (*page.by["video"], *page.by["audio"]):
        if tag.get("autoplay") is not None and tag.get("muted") is None:
            yield PageFault("access.autoplay", "音视频自动播放", page.address, tag.get("src") or "")


def _find_unlabelled_fields(page: WebPage) -> Iterator[PageFault]:
    """Yield form fields without a label, a title or an ARIA label."""
    labelled_ids = {tag.get("for") for tag in page.by["label"] if tag.get("for")}
    for kind in ("input", "select", "textarea"):
        for tag in page.by[kind]:
            if (tag.get("type") or "").lower() in _SELF_LABELLED_INPUT_TYPES or tag.get("id") in labelled_ids:
                continue
            has_own_label = any(tag.get(value) for value in ("aria-label", "aria-labelledby", "title"))
            if not has_own_label and not any(ancestor.tag == "label" for ancestor in tag.iterancestors()):
                yield PageFault("access.label", f"表单项没有说明：{tag.get('name') or tag.get('id') or kind}")


def _is_hidden(element: _Element) -> bool:
    return bool(element.get("aria-hidden") == "true")
