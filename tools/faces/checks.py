"""The checks: each returns a list of findings, one line each."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Open
from tools.faces.pages import Page

WIDTHS = (390, 1280)
#: Widths of a page at 200 % and 400 % zoom on a 1280-pixel screen; WCAG 1.4.10 requires the latter.
ZOOM_WIDTHS = (640, 320)
#: Minimum scores of Lighthouse; accessibility, best practices and SEO do not depend on the load of the machine.
MIN_SCORES = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
LIGHTHOUSE_PAGES = ["/", "/search/?q=改造", "/units/", "/policies/"]
#: Requirements of larger type (国家网信办等《互联网网站适老化通用设计规范》 and this project's larger measure), checked in the page.
LARGER_TYPE_SCRIPT = """() => {
  const found = [], shown = e => { const s = getComputedStyle(e), r = e.getBoundingClientRect();
    return s.visibility !== 'hidden' && s.display !== 'none' && r.width > 1 && r.height > 1 && e.checkVisibility() && !e.closest('.gk-visually-hidden, .visually-hidden, .pk-skip, [hidden]'); };
  const name = e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110), px = e => parseFloat(getComputedStyle(e).fontSize);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; n = walker.nextNode();) { const e = n.parentElement;
    if (!n.data.trim() || ['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'OPTION'].includes(e.tagName) || !shown(e)) continue;
    if (px(e) < 18) found.push(`words of ${px(e)} px: ${name(e)}`);
    const title = e.closest('h1, h2, h3'); if (title && px(e) < 18) found.push(`in a title: ${name(e)}`); }
  for (const e of document.querySelectorAll('h1, h2, h3')) if (shown(e) && px(e) < 24) found.push(`title of ${px(e)} px: ${name(e)}`);
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (!shown(e)) continue;
    const box = ['checkbox', 'radio'].includes(e.type) && e.closest('label') ? e.closest('label') : e, r = box.getBoundingClientRect();
    const block = e.parentElement.closest('p, li, td, th, dd, dt, h1, h2, h3, div, nav, section, label') || document.body;
    const beside = [...block.childNodes].some(n => n.nodeType === 3 && n.data.trim().length > 1) || (e.tagName === 'A' && e.parentElement !== block);
    if (e.tagName === 'A' && beside) continue;  // in a sentence (WCAG 2.5.8)
    if (r.height < 47.5 || r.width < 47.5) found.push(`target of ${Math.round(r.width)} × ${Math.round(r.height)} px: ${name(e)}`); }
  return [...new Set(found)]; }"""
#: Losses on a narrow page: it scrolls sideways, or words are cut off.
LOSSES_SCRIPT = """() => { const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth} px`);
  for (const e of document.querySelectorAll('main *, header *, footer *')) { const s = getComputedStyle(e);
    if (!e.textContent.trim() || !e.checkVisibility() || e.getBoundingClientRect().width < 2 || s.clip !== 'auto' || s.clipPath !== 'none') continue;
    if (['hidden', 'clip'].includes(s.overflowX) && e.scrollWidth > e.clientWidth + 2) found.push(`cut off: ${e.outerHTML.slice(0, 110)}`); }
  return found; }"""


def api(city: str, place: Path) -> list[str]:
    """Send valid and invalid requests to the API, generated from its own description."""
    command = [str(Path(sys.executable).with_name("st")), "run", f"{city}/api/v1/openapi.json"]
    command += ["--continue-on-failure", "-n", os.environ.get("EXAMPLES", "50"), "--warnings", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=place)
    (place / "api.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    lines = done.stdout.splitlines()
    return [line.strip() for line in lines if line.startswith("- ") or "Error" in line] or (
        [f"schemathesis ended with {done.returncode}: see api.log"] if done.returncode else []
    )


def html(pages: list[Page], place: Path) -> list[str]:
    """Check the pages as sent with the Nu HTML checker."""
    folder = place / "html"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, page in enumerate(pages):
        (folder / f"{number}.html").write_text(page.html, encoding="utf-8")
    jar = place / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--errors-only", "--stdout"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout or "{}")
    if "messages" not in said:
        return [f"the Nu checker did not run: {done.stderr[-300:]}"]
    return [
        f"{pages[int(Path(one['url']).stem)]}: {one['message']}  {' '.join(one.get('extract', '').split())[:160]}"
        for one in said["messages"]
    ]


def open_pages(
    people: dict[str, BrowserContext], city: str, pages: list[Page], widths: tuple[int, ...]
) -> Iterator[tuple[str, Open]]:
    """Open each page at each width, in one window for each login; yield the page's label and the window."""
    for width in widths:
        windows: dict[str, Open] = {}
        for page in pages:
            if page.login not in windows:
                windows[page.login] = people[page.login].new_page()
                windows[page.login].set_viewport_size({"width": width, "height": 900})
            window = windows[page.login]
            window.goto(city + page.path, timeout=120_000)
            yield f"{page} at {width} px", window
        for window in windows.values():
            window.close()


def axe(people: dict[str, BrowserContext], city: str, pages: list[Page]) -> list[str]:
    """Run all of axe's rules, including best practices, at both widths."""
    judge, lines = Axe(), list[str]()
    for name, window in open_pages(people, city, pages, WIDTHS):
        for one in judge.run(window, options={"resultTypes": ["violations"]}).response["violations"]:
            lines += [f"{name}: {one['id']}: {node['html'][:160]}" for node in one["nodes"]]
    return lines


def larger(people: dict[str, BrowserContext], city: str, pages: list[Page]) -> list[str]:
    """Check public pages in larger type: sizes of words, titles and controls; losses at 200 % zoom."""
    public, lines = [page for page in pages if not page.login], list[str]()
    people[""].request.get(f"{city}/easy/on/")
    for widths, measure in ((WIDTHS, LARGER_TYPE_SCRIPT), (ZOOM_WIDTHS, LOSSES_SCRIPT)):
        for name, window in open_pages(people, city, public, widths):
            lines += [f"{name}: {line}" for line in window.evaluate(measure)]
    people[""].request.get(f"{city}/easy/off/")
    return lines


def light(city: str, place: Path, chromium: str) -> list[str]:
    """Return the Lighthouse scores below the minimum, for public pages on a phone."""
    lines = []
    for number, path in enumerate(LIGHTHOUSE_PAGES):
        out = place / f"light-{number}.json"
        command = [str(place / "node_modules/.bin/lighthouse"), city + path, "--quiet", "--output=json"]
        command += [f"--output-path={out}", "--chrome-flags=--headless --no-sandbox --disable-gpu"]
        command += [
            f"--only-categories={','.join(MIN_SCORES)}",
            "--skip-audits=is-crawlable",
        ]  # search pages must not be indexed
        env = {**os.environ, "CHROME_PATH": chromium}
        subprocess.run(command, check=True, env=env)
        said = json.loads(out.read_text(encoding="utf-8"))
        marks = {name: round(100 * one["score"]) for name, one in said["categories"].items()}
        print(path, marks, flush=True)
        for name, least in MIN_SCORES.items():
            if marks[name] >= least:
                continue
            lacking = [
                ref["id"]
                for ref in said["categories"][name]["auditRefs"]
                if (said["audits"][ref["id"]]["score"] or 0) < 1 and ref["weight"]
            ]
            lines.append(f"{path}: {name} {marks[name]}: {', '.join(lacking)}")
    return lines


#: Column headings whose values are identifiers made of digits, not numbers or days.
IDENTIFIER_HEADINGS = re.compile(r"号|码|电话|热线|年度|代码|编码|账号|版本|邮编|IP|摘要|ID$")
NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?")
DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?( \d{1,2}:\d{2}(:\d{2})?)?")


def files(people: dict[str, BrowserContext], city: str, links: list[tuple[str, str]]) -> list[str]:
    """Open every exported file: each heading is unique, numbers are numbers, days are days."""
    lines, sheets = list[str](), 0
    for login, path in links:
        answer = people[login].request.get(city + path, timeout=120_000)
        kind, name = answer.headers.get("content-type", ""), f"{login} {path}".strip()
        if answer.status >= 400:
            lines.append(f"{name}: answered {answer.status}")
        elif "spreadsheetml" in kind:
            for sheet in load_workbook(io.BytesIO(answer.body()), read_only=True):
                sheets += 1
                lines += [
                    f"{name} {sheet.title}: {line}" for line in list_sheet_defects(list(sheet.values), typed=True)
                ]
        elif "csv" in kind:
            sheets += 1
            rows = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))
            lines += [f"{name}: {line}" for line in list_sheet_defects(rows, typed=False)]
    print(f"{sheets} sheets of {len(links)} files", flush=True)
    return lines


def list_sheet_defects(rows: Sequence[Sequence[object]], *, typed: bool) -> Iterator[str]:
    """Return the defects of a sheet for a program that reads it; without types (CSV) numbers must have no separators."""
    start = next((n for n, row in enumerate(rows) if sum(cell not in (None, "") for cell in row) > 1), None)
    if start is None:
        return
    heads = [str(cell or "").strip() for cell in rows[start]]
    yield from (f"the head {head} stands twice" for head in {*heads} if head and heads.count(head) > 1)
    for place, head in enumerate(heads):
        cells = [row[place] for row in rows[start + 1 :] if place < len(row) and row[place] not in (None, "")]
        texts = [cell.strip() for cell in cells if isinstance(cell, str)]
        if not texts or IDENTIFIER_HEADINGS.search(head):
            continue
        if typed and all(NUMBER.fullmatch(text) for text in texts):
            yield f"numbers of {head} are text: {texts[0]}"
        elif typed and all(DAY.fullmatch(text) for text in texts):
            yield f"days of {head} are text: {texts[0]}"
        elif not typed and any("," in text and NUMBER.fullmatch(text) for text in texts):
            yield f"numbers of {head} have separators: {texts[0]}"
