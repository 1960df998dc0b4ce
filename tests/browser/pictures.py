"""Takes the handbook's pictures in a served sample city: comes to the page, unfolds, marks, cuts out, makes small."""

from io import BytesIO
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Page

from gongkai.ui.handbook.pictures import Picture

#: Windows; how many pixels of the picture are one of the page; colours that are kept.
DESK, PHONE = {"width": 1080, "height": 900}, {"width": 390, "height": 844}
SCALE, COLOURS = 1.5, 96
#: How much stands around what is marked.
AROUND = 90
#: What is no part of the page's matter.
_QUIET = ".w-slim-header, .messages, [data-notices], .pk-top__skip { display: none !important }"

#: What a Chinese browser writes on fields that it draws itself; a browser without windows has English words alone.
_CHINESE = """() => {
  document.querySelectorAll('input[type=file]').forEach((field) => {
    const shown = document.createElement('span');
    shown.innerHTML = '<button type="button">选择文件</button> 未选择任何文件';
    shown.className = field.className;
    field.replaceWith(shown);
  });
}"""
#: How high the page is, where a part of it scrolls by itself, too.
_HIGH = """(part) => Math.max(document.documentElement.scrollHeight,
  document.querySelector(part).getBoundingClientRect().bottom + scrollY + 40)"""
#: Draws the marks; returns the words that were not there, and from where to where on the page the marks reach.
_MARK = """([words, part]) => {
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


class ItemNotPublic(AssertionError):
    """What a picture shall mark, or a way to it, is not on the page."""


def take(page: Page, city: str, picture: Picture, *, phone: bool) -> bytes:
    """Return a picture as a small .png; the page belongs to whoever looks."""
    page.set_viewport_size(PHONE if phone else DESK)
    page.goto(city + picture.address)
    for words in picture.ways:
        page.goto(urljoin(page.url, _leading(page, picture, words)))
    for words in picture.opens:
        folded = page.locator(f"{picture.part} summary:visible", has_text=words).first
        folded.evaluate("summary => { summary.parentElement.open = true }")
    page.add_style_tag(content=_QUIET)
    page.evaluate(_CHINESE)
    # A window as high as the page: nothing moves when the whole of it is drawn.
    high = page.evaluate(_HIGH, picture.part)
    page.set_viewport_size({**(PHONE if phone else DESK), "height": int(min(max(high, 900), 9000))})
    page.wait_for_timeout(300)
    found = page.evaluate(_MARK, [picture.marks, picture.part])
    if found["missing"]:
        raise ItemNotPublic(f"{picture.name}: {found['missing']}, {page.url}")
    top, height = _cut(picture.name, found, picture.height + 160 * phone)
    clip = {"x": found["x"], "y": top, "width": found["width"], "height": height}
    return _small(page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide"))


def _leading(page: Page, picture: Picture, words: str) -> str:
    """Return where a link leads that is called so."""
    links = page.locator(f"{picture.part} a:visible", has_text=words)
    if not links.count():
        raise ItemNotPublic(f"{picture.name}: {words}, {page.url}")
    return str(links.first.get_attribute("href"))


def _cut(name: str, found: dict[str, float], most: float) -> tuple[float, float]:
    """Return from where down and how much of the part is shown: its beginning, or what stands around the marks."""
    end = found["y"] + found["height"]
    top = found["y"]
    if found["bottom"] > 0 and found["bottom"] + AROUND > top + most:
        top = max(top, min(found["top"] - AROUND, found["bottom"] + AROUND - most))
        if found["bottom"] + AROUND > top + most:
            raise ItemNotPublic(f"{name}: the marks reach from {found['top']} to {found['bottom']}, more than {most}")
    height = min(most, end - top)
    if height <= 0:
        raise ItemNotPublic(f"{name}: nothing is left of {found}")
    return top, height


def _small(data: bytes) -> bytes:
    image = Image.open(BytesIO(data)).convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    result = BytesIO()
    image.save(result, "PNG", optimize=True)
    return result.getvalue()
