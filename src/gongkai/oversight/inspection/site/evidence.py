"""Store evidence of findings: time, address, the page with its digest, and a screenshot."""

import hashlib
import shutil
import subprocess
from html import escape
from pathlib import Path

from gongkai.lib.outbound.markup import decode_html
from gongkai.oversight.inspection.site.scoring import InspectionFinding
from gongkai.oversight.inspection.site.store import InspectionStore

#: Maximum number of screenshots of one site; the home page and vetoes come first.
MAX_SCREENSHOTS = 12
_BROWSER_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SCREENSHOT_TIMEOUT_SECONDS = 40
#: Virtual time in milliseconds that the browser may use to render; without it, screenshots on a busy machine
#: are sometimes blank.
RENDER_MILLISECONDS = 5000
#: HTML wrapper for screenshots of foreign pages: a sandboxed frame without scripts, network access and
#: navigation, so that a page cannot read local files.
_SCREENSHOT_HTML = """<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"
content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:">
<style>html, body, iframe {{ display: block; width: 100%; height: 100%; margin: 0; border: 0 }}</style><iframe sandbox srcdoc="{page}"></iframe>"""


def store_evidence(
    findings: list[InspectionFinding], store: InspectionStore, folder: Path | None, *, home_url: str, pictures: bool
) -> None:
    """Add evidence to findings, and store the pages that show them.

    Args:
        findings: findings of one site; their evidence gets `at`, `sha256`, `page` and `screenshot`.
        store: contains the pages.
        folder: target folder; without one only digests and times are added.
        home_url: address of the home page.
        pictures: take screenshots of the home page and of pages with vetoes.
    """
    browser = next(filter(None, map(shutil.which, _BROWSER_PROGRAMS)), None) if pictures and folder else None
    screenshots: dict[str, str] = {}
    pictured_pages = [home_url, *(finding.url for finding in findings if finding.indicator.startswith("veto."))]
    for finding in findings:
        page = finding.url if store.digest(finding.url)[0] else str(finding.evidence.get("found_on", ""))
        number, digest, at = store.digest(page) if page else (0, "", "")
        finding.evidence.setdefault("at", finding.evidence.pop("seen_at", "") or at)
        finding.evidence.setdefault("address", finding.url)
        if not number:
            continue
        finding.evidence["sha256"] = digest
        if folder is None:
            continue
        name = _write_page(store, number, digest, folder)
        finding.evidence["page"] = name
        if browser and page in pictured_pages and (page in screenshots or len(screenshots) < MAX_SCREENSHOTS):
            if page not in screenshots:
                screenshots[page] = take_screenshot(browser, folder / name, folder / "pages" / f"{digest}.png")
            if screenshots[page]:
                finding.evidence["screenshot"] = screenshots[page]


def store_page(data: bytes, folder: Path | None) -> dict[str, str]:
    """Store a page if a folder is given; return its digest and file name as evidence."""
    digest = hashlib.sha256(data).hexdigest()
    if folder is None:
        return {"sha256": digest}
    path = folder / "pages" / f"{digest}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"sha256": digest, "page": f"pages/{path.name}"}


def _write_page(store: InspectionStore, number: int, digest: str, folder: Path) -> str:
    """Write a page's body under its digest and return the relative path."""
    path = folder / "pages" / f"{digest}.html"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial_file = path.with_suffix(".part")
        partial_file.write_bytes(store.body(number))
        partial_file.replace(path)
    return f"pages/{path.name}"


def take_screenshot(browser: str, page: Path, picture_file: Path) -> str:
    """Take a screenshot of a stored page without network access or other files.

    Returns the file name, or an empty string on failure.
    """
    if picture_file.exists():
        return f"pages/{picture_file.name}"
    drawn = picture_file.with_suffix(".drawn.html")
    command = [
        browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,1800",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--virtual-time-budget={RENDER_MILLISECONDS}",
        f"--screenshot={picture_file}", drawn.resolve().as_uri(),
    ]  # fmt: skip
    try:
        drawn.write_text(
            _SCREENSHOT_HTML.format(page=escape(decode_html(page.read_bytes())[0])), encoding="utf-8", errors="replace"
        )
        subprocess.run(command, capture_output=True, timeout=SCREENSHOT_TIMEOUT_SECONDS, check=True)  # noqa: S603 - a program of the system, arguments of ours
    except (OSError, subprocess.SubprocessError):
        return ""
    finally:
        drawn.unlink(missing_ok=True)
    return f"pages/{picture_file.name}" if picture_file.exists() else ""
