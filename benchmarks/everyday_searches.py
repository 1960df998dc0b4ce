"""Count the everyday searches of the sample city that have a right result among the first three.

Usage: `python -m benchmarks.everyday_searches http://127.0.0.1:8000 [--misses]`, next to a running sample city.
The searches and their right results are in `data/everyday_searches.tsv`.
"""

import html
import re
import sys
import urllib.parse
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

SEARCHES = Path(__file__).parent / "data" / "everyday_searches.tsv"
#: Kind of the searches without a right result in the city: right if nothing is listed.
NOTHING = "none"
FIRST = 3
_LINK = re.compile(r'<a [^>]*href="(?P<path>/[^"]*)"[^>]*>(?P<title>.*?)</a>', re.DOTALL)
#: Each result of the page is a list item of one of these lists.
_LIST = re.compile(
    r'<(?P<tag>ul|ol) class="(?:pk-hits|pk-list|pk-cards)[^"]*"[^>]*>(?P<items>.*?)</(?P=tag)>', re.DOTALL
)


class Search(NamedTuple):
    """One search: its kind, its words, and the right results (parts of titles, or paths)."""

    kind: str
    words: str
    right: tuple[str, ...]


class Result(NamedTuple):
    """One result as it is listed: path and text of the whole list item."""

    path: str
    text: str

    def is_one_of(self, right: tuple[str, ...]) -> bool:
        """Return true if the path begins with, or the text contains, one of the right results."""
        return any(
            self.path.split("?")[0].startswith(one) if one.startswith("/") else one in self.text for one in right
        )


def read_searches() -> list[Search]:
    """Return the searches of the data file."""
    rows = (line.split("\t") for line in SEARCHES.read_text("utf-8").splitlines() if line and line[0] != "#")
    return [Search(kind, words, tuple(filter(None, right.split("|")))) for kind, words, right in rows]


def find_results(base: str, words: str) -> list[Result]:
    """Return the results that the site lists for some words, in order."""
    with urllib.request.urlopen(f"{base}/search/?q={urllib.parse.quote(words)}", timeout=60) as answer:
        page = answer.read().decode()
    main = page[page.index("<main") : page.index("</main")]
    found = []
    for block in _LIST.finditer(main):
        for item in block["items"].split("<li")[1:]:
            if link := _LINK.search(item):
                text = html.unescape(re.sub(r"<[^>]+>", "", f"{link['title']} {item}"))
                found.append(Result(html.unescape(link["path"]), text))
    return found


def measure(base: str) -> tuple[dict[str, float], list[str]]:
    """Return the share of right searches by kind, and a line for each wrong one."""
    right: dict[str, list[bool]] = defaultdict(list)
    misses = []
    for search in read_searches():
        first = find_results(base, search.words)[:FIRST]
        if search.kind == NOTHING:
            good = not first
        else:
            good = any(result.is_one_of(search.right) for result in first)
        right[search.kind].append(good)
        if not good:
            listed = " | ".join(result.text.split("  ")[0][:24] for result in first)
            misses.append(f"{search.kind}\t{search.words}\t{listed or '-'}")
    shares = {kind: sum(goods) / len(goods) for kind, goods in right.items()}
    asked = [good for kind, goods in right.items() if kind != NOTHING for good in goods]
    return {**shares, "all that the city has": sum(asked) / len(asked)}, misses


def main() -> None:
    """Print the shares, and with --misses the wrong searches."""
    shares, misses = measure(sys.argv[1].rstrip("/"))
    for kind, share in shares.items():
        print(f"{share:.2f}  {kind}")
    if "--misses" in sys.argv:
        print("\n".join(misses))


if __name__ == "__main__":
    main()
