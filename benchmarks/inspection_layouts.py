"""Measure how well entries and days are read from layouts for which the rules were not written (`inspection_unseen`)."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from gongkai.lib.outbound.crawling import normalise_url
from gongkai.oversight.inspection.site.lists import ListEntry, find_entries, learn_list_layout
from gongkai.oversight.inspection.site.page import WebPage, parse_page
from gongkai.oversight.inspection.site.publication_dates import find_publication_date

TODAY = date(2026, 11, 20)
PUBLISHED = date(2026, 8, 17)
HERE = "http://www.yunling.gov.cn/zwgk/tz/"
#: Names of the sets of layouts: of lists, and of texts.
LISTS, TEXTS = "abcd", "abcdef"
UNSEEN = Path(__file__).parent / "inspection_unseen"


def read_rows(name: str) -> list[list[str]]:
    """Return the rows of a file of layouts."""
    return [line.split("\t") for line in (UNSEEN / name).read_text(encoding="utf-8").splitlines()]


FIRST, SECOND = (tuple(titles) for titles in zip(*read_rows("titles.tsv"), strict=True))
FRAME = (UNSEEN / "frame.html").read_text(encoding="utf-8")


def _days(first: date) -> list[date]:
    """Return the days of ten entries, the newest first."""
    return [first - timedelta(days=8 * n) for n in range(10)]


def _row(row: str, number: int, title: str, day: date) -> str:
    facts = {
        "@T": title, "@C": f"{title[:9]}…", "@A": f"/zwgk/tz/content_{number}7.html", "@DT": f"{day}T", "@D": str(day), "@H": f"{day} 10:21",
        "@P": f"{day:%Y.%m.%d}", "@S": f"{day:%m-%d}", "@K": f"{day.year}/{day.month}/{day.day}", "@Y": f"{day.year}年{day.month}月{day.day}日",
        "@Z": f"{day.month}月{day.day}日", "@8": f"{day:%Y%m%d}",
        "@m": f"{day:%m}", "@d": f"{day:%d}", "@y": f"{day:%Y}", "@N": str(number),
    }  # fmt: skip
    for name, value in facts.items():
        row = row.replace(name, value)
    return row


def list_page(around: str, row: str, titles: tuple[str, ...], first: date) -> WebPage:
    """Return a list page in a layout."""
    rows = "".join(_row(row, n, *one) for n, one in enumerate(zip(titles, _days(first), strict=True), 1))
    made = parse_page(
        FRAME.replace("@LIST", around.replace("@ROWS", rows)).encode(), f"{HERE}index.html", 1, normalise_url
    )
    assert made is not None
    return made


def count_right(entries: Iterable[ListEntry], titles: tuple[str, ...], first: date) -> int:
    """Return how many of the ten entries were read with title and day."""
    by = {one.title: one.day for one in entries}
    return sum(by.get(title) == day for title, day in zip(titles, _days(first), strict=True))


def read_lists(part: str) -> dict[str, int]:
    """Return by layout how many of ten entries are read without learning."""
    first = date(2026, 11, 18)
    return {
        name: count_right(find_entries(list_page(around, row, FIRST, first), TODAY), FIRST, first)
        for name, around, row in read_rows(f"lists-{part}.tsv")
    }


def read_learned(part: str) -> dict[str, tuple[int, int]]:
    """Return for the second page of each layout, learned from its first page and one title, how many of ten entries are
    read, and how many wrong ones.
    """
    first, said = date(2026, 8, 29), {}
    for name, around, row in read_rows(f"lists-{part}.tsv"):
        layout = learn_list_layout(list_page(around, row, FIRST, date(2026, 11, 18)), [FIRST[0]], today=TODAY)
        found = layout.entries(list_page(around, row, SECOND, first), TODAY) if layout else []
        said[name] = count_right(found, SECOND, first), len({one.title for one in found} - {*SECOND})
    return said


def read_articles(part: str) -> dict[str, date | None]:
    """Return the day read from each text."""
    said = {}
    for name, address, html in read_rows(f"articles-{part}.tsv"):
        page = parse_page(html.encode(), address, 1, normalise_url)
        assert page is not None
        day = find_publication_date(page, TODAY)
        said[name] = day.day if day else None
    return said


def count_invented_days() -> int:
    """Return the number of texts without a publishing day for which a day was read."""
    pages = [parse_page(html.encode(), HERE, 1, normalise_url) for (html,) in read_rows("undated.tsv")]
    return sum(
        said is not None and said.weight >= 60
        for page in pages
        for said in [find_publication_date(page, TODAY) if page else None]
    )


def run() -> dict[str, float]:
    """Measure and return the figures."""
    figures: dict[str, float] = {}
    for part in LISTS:
        lists, learnt = read_lists(part), read_learned(part)
        figures |= {
            f"lists {part}: entries with title and day, of all": sum(lists.values()) / (10 * len(lists)),
            f"learnt lists {part}: entries with title and day": sum(n for n, _ in learnt.values()) / (10 * len(learnt)),
            f"learnt lists {part}: entries that are none": float(sum(n for _, n in learnt.values())),
        }
    for part in TEXTS:
        days = list(read_articles(part).values())
        figures[f"texts {part}: day of publishing"] = days.count(PUBLISHED) / len(days)
    return figures | {"texts without a day that were given one": float(count_invented_days())}
