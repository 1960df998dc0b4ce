"""`make faces`: check pages and interfaces of the sample city with external tools; exits with 1 if one of them finds anything.

`python -m tools.faces [api|html|files|axe|larger|light …] [--city http://…] [--most 150]` runs the named checks, by
default all. `--city` names a city that is already served; it needs `GONGKAI_API_RATE=0`, otherwise its rate limit
answers most requests. The Nu checker (it needs Java) and Lighthouse are installed by npm into build/faces; a check whose
program is missing is left out with a message.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from tools.faces import checks, pages

ROOT = Path(__file__).resolve().parents[2]
BUILD_FOLDER = ROOT / "build/faces"
KINDS = ("api", "html", "files", "axe", "larger", "light")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
GONGKAI = [str(Path(sys.executable).with_name("gongkai"))]


@contextmanager
def serve_city() -> Iterator[str]:
    """Build the small sample city unless it exists, serve it without a rate limit; yield its address."""
    env = {**os.environ, "GONGKAI_DATA": str(BUILD_FOLDER / "city"), "GONGKAI_API_RATE": "0"}
    env.pop("DATABASE_URL", None)
    if not (BUILD_FOLDER / "city").is_dir():
        subprocess.run([*GONGKAI, "demo", "--no-serve"], env=env, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    city = f"http://127.0.0.1:{port}"
    env["GONGKAI_BASE_URL"] = city
    serve = [*GONGKAI, "serve", "--port", str(port), "--no-jobs", "--no-second-factor"]
    server = subprocess.Popen(serve, env=env)
    try:
        for _ in range(480):
            try:
                urllib.request.urlopen(f"{city}/robots.txt", timeout=5)
                break
            except OSError:
                time.sleep(0.25)
        yield city
    finally:
        server.terminate()
        server.wait(20)


def prepare_checks(kinds: list[str]) -> list[str]:
    """Download what the checks need; return those that can run here, and print what the others lack."""
    BUILD_FOLDER.mkdir(parents=True, exist_ok=True)
    missing = {}
    if "html" in kinds and not shutil.which("java"):
        missing["html"] = "java  (apt-get install default-jre-headless)"
    for kind, package in (("html", "vnu-jar@26"), ("light", "lighthouse@13")):
        if kind not in kinds or (BUILD_FOLDER / "node_modules" / package.partition("@")[0]).is_dir():
            continue
        if not shutil.which("npm"):
            missing[kind] = "npm  (apt-get install nodejs npm)"
            continue
        words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(BUILD_FOLDER)]
        subprocess.run([*words, package], check=True)
    for kind, what in missing.items():
        print(f"{kind} is skipped, install first: {what}")
    return [kind for kind in kinds if kind not in missing]


def run_checks(kinds: list[str], city: str, most: int) -> int:
    """Run the checks and print the findings of each; return the number of checks with findings."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        sys.exit("no browser: apt-get install chromium")
    failed = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        people = pages.open_contexts(browser, city) if set(kinds) - {"api", "light"} else {}
        looked = pages.find_pages(people, city, most) if people else []
        public = sum(not page.login for page in looked)
        for kind in kinds:
            found = {
                "api": lambda: checks.api(city, BUILD_FOLDER),
                "html": lambda: checks.html(looked, BUILD_FOLDER),
                "files": lambda: checks.files(people, city, pages.list_tables(looked)),
                "axe": lambda: checks.axe(people, city, looked),
                "larger": lambda: checks.larger(people, city, looked),
                "light": lambda: checks.light(city, BUILD_FOLDER, chromium),
            }[kind]()
            on = f" on {public} public and {len(looked) - public} office pages" if kind in {"html", "axe"} else ""
            on = f" on {public} public pages" if kind == "larger" else on
            print("\n".join([*found, f"{kind}: {len(found)} findings{on}"]), flush=True)
            failed += bool(found)
        browser.close()
    return failed


def main() -> int:
    """Parse the command line, serve the city if necessary, and run the checks."""
    words = argparse.ArgumentParser(prog="python -m tools.faces", description=__doc__)
    words.add_argument("kinds", nargs="*", choices=[*KINDS, []])
    words.add_argument("--city")
    words.add_argument("--most", type=int, default=150, help="pages of the public and of the office, each")
    given = words.parse_args()
    kinds = prepare_checks(given.kinds or list(KINDS))
    if given.city:
        return bool(run_checks(kinds, given.city, given.most))
    with serve_city() as city:
        return bool(run_checks(kinds, city, given.most))


if __name__ == "__main__":
    sys.exit(main())
