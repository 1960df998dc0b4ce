"""Take the handbook's pictures in a served sample city: open the page, unfold, mark, crop, compress."""

from io import BytesIO
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Page

from gongkai.ui.handbook.pictures import Picture

#: Window sizes; pixels of the picture for one of the page; number of colours.
DESKTOP, PHONE = {"width": 1080, "height": 900}, {"width": 390, "height": 844}
SCALE, COLOURS = 1.5, 96
#: Pixels around the marks.
MARGIN = 90
#: Parts of the page that are hidden in pictures.
_HIDDEN_PARTS_CSS = ".w-slim-header, .messages, [data-notices], .pk-top__skip { display: none !important }"

#: Show the Chinese labels of file fields; a headless browser has only English ones.
_CHINESE_FILE_FIELDS_JS = """() => {
  document.querySelectorAll('input[type=file]').forEach((field) => {
    const shown = document.createElement('span');
    shown.innerHTML = '<button type="button">选择文件</button> 未选择任何文件';
    shown.className = field.className;
    field.replaceWith(shown);
  });
}"""
#: Height of the page, including a part that scrolls by itself.
_PAGE_HEIGHT_JS = """(part) => Math.max(document.documentElement.scrollHeight,
  document.querySelector(part).getBoundingClientRect().bottom + scrollY + 40)"""
#: Draw the marks; return the missing words, and the vertical range of the marks.
_DRAW_MARKS_JS = """([words, part]) => {
  const base = document.querySelector(part), missing = [], tops = [], whole = base.getBoundingClientRect();
  const clean = (node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll('.gk-sr, .w-sr-only, .visually-hidden, svg, kbd').forEach((hidden) => hidden.remove());
    return copy.textContent.replace(/\\s+/g, ' ').trim().replace(/[：:*]$/, '').replace(/^[^\\p{L}\\p{N}]+/u, '');
  };
  words.forEach((word, place) => {
    const called = (kinds) => {
      const seen = [...base.querySelectorAll(kinds)].filter((node) => node.getBoundingClientRect().width > 4);
      return seen.find((node) => clean(node) === word || node.placeholder === word)
        || seen.find((node) => clean(node).startsWith(word) && clean(node).length < word.length + 60);
    };
    const node = called('a, button, summary') || called('label, legend, th, input, textarea') || called('h1, h2, h3, b, strong, span, td, dt, p');
    if (!node) { missing.push(word); return; }
    const box = node.getBoundingClientRect(), x = box.left + scrollX, y = box.top + scrollY;
    tops.push(y, y + box.height);
    const frame = document.createElement('div'), badge = document.createElement('div');
    const draw = (node, rules) => Object.assign(node.style, {position: 'absolute', pointerEvents: 'none', ...rules});
    const at = (left, top, width, height) => ({left: left + 'px', top: top + 'px', width: width + 'px', height: height + 'px'});
    draw(frame, {...at(x - 5, y - 4, box.width + 10, box.height + 8), border: '3px solid #e8590c', borderRadius: '6px',
                 zIndex: 9999, boxSizing: 'border-box'});
    badge.textContent = place + 1;
    draw(badge, {...at(Math.max(x - 20, 2), Math.max(y - 16, whole.top + scrollY + 2), 24, 24), borderRadius: '12px', zIndex: 10000,
                 background: '#e8590c', color: '#fff', font: 'bold 16px/24px sans-serif', textAlign: 'center'});
    document.body.append(frame, badge);
  });
  return {missing, top: Math.min(...tops, Infinity), bottom: Math.max(...tops, -Infinity),
          x: whole.left + scrollX, y: whole.top + scrollY, width: whole.width, height: whole.height};
}"""


class ElementNotFound(AssertionError):
    """An element to mark, or a link to it, is not on the page."""


def take_picture(page: Page, city: str, picture: Picture, *, phone: bool) -> bytes:
    """Return a picture as a compressed PNG; the caller provides the page, signed in."""
    page.set_viewport_size(PHONE if phone else DESKTOP)
    page.goto(city + picture.address)
    for words in picture.ways:
        page.goto(urljoin(page.url, _find_link(page, picture, words)))
    for words in picture.opens:
        folded = page.locator(f"{picture.part} summary:visible", has_text=words).first
        folded.evaluate("summary => { summary.parentElement.open = true }")
    page.add_style_tag(content=_HIDDEN_PARTS_CSS)
    page.evaluate(_CHINESE_FILE_FIELDS_JS)
    # Make the window as high as the page, so that nothing moves in the screenshot.
    high = page.evaluate(_PAGE_HEIGHT_JS, picture.part)
    page.set_viewport_size({**(PHONE if phone else DESKTOP), "height": int(min(max(high, 900), 9000))})
    page.wait_for_timeout(300)
    found = page.evaluate(_DRAW_MARKS_JS, [picture.marks, picture.part])
    if found["missing"]:
        raise ElementNotFound(f"{picture.name}: {found['missing']}, {page.url}")
    top, height = _get_clip(picture.name, found, picture.height + 160 * phone)
    clip = {"x": found["x"], "y": top, "width": found["width"], "height": height}
    return _compress(page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide"))


def _find_link(page: Page, picture: Picture, words: str) -> str:
    """Return the target of a link by its text."""
    links = page.locator(f"{picture.part} a:visible", has_text=words)
    if not links.count():
        raise ElementNotFound(f"{picture.name}: {words}, {page.url}")
    return str(links.first.get_attribute("href"))


def _get_clip(name: str, found: dict[str, float], most: float) -> tuple[float, float]:
    """Return top and height of the part to show: its beginning, or the surroundings of the marks."""
    end = found["y"] + found["height"]
    top = found["y"]
    if found["bottom"] > 0 and found["bottom"] + MARGIN > top + most:
        top = max(top, min(found["top"] - MARGIN, found["bottom"] + MARGIN - most))
        if found["bottom"] + MARGIN > top + most:
            raise ElementNotFound(f"{name}: the marks reach from {found['top']} to {found['bottom']}, more than {most}")
    height = min(most, end - top)
    if height <= 0:
        raise ElementNotFound(f"{name}: nothing is left of {found}")
    return top, height


def _compress(data: bytes) -> bytes:
    image = Image.open(BytesIO(data)).convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    result = BytesIO()
    image.save(result, "PNG", optimize=True)
    return result.getvalue()
