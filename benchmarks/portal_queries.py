"""Fill a site with documents in bulk, measure searches of many kinds and publishing (`python -m benchmarks.portal_queries DOCUMENTS`).

With GONGKAI_BENCH_KEEP the data of a filled folder or database is reused. Each search is built from existing texts, so
that it has results at any size; an answer without results (or with results where none are expected) ends the
measurement.
"""

import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

SEARCHES_PER_KIND = 40
PUBLISHED = 8
#: Patterns of a page with results, of one without, and of a list of suggestions.
HITS, NONE, TITLES = r"找到 [1-9]\d* 条", "没有找到“", r"<mark>.*云|云.*<mark>"
LONG = re.compile(r"[^\W\d]+$")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")


class ExistingText(NamedTuple):
    """An existing text, and the values by which it can be searched."""

    title: str
    text: str
    kind: str
    number: str
    year: int
    column: int


def draw_texts(draw: random.Random, count: int) -> list[ExistingText]:
    """Return texts from all parts of the data."""
    from gongkai.content.editions.models import Placement
    from gongkai.content.search.facets import get_local_year
    from gongkai.content.search.models import SearchRow

    numbers = list(SearchRow.objects.order_by("pk").values_list("pk", flat=True))
    rows = SearchRow.objects.filter(pk__in=draw.choices(numbers, k=count))
    columns = dict(
        Placement.objects.filter(document__in=[row.document_id for row in rows]).values_list("document", "column")
    )
    return [
        ExistingText(
            row.title,
            row.text,
            row.kind,
            row.number_short or row.number,
            get_local_year(row.published_at),
            columns[row.document_id],
        )
        for row in rows
    ]


def list_kinds(draw: random.Random, there: list[ExistingText]) -> dict[str, Callable[[int], str]]:
    """Return the generators of searches by kind; no search is repeated, so that no answer comes from a cache."""
    from benchmarks.portal_city import NUMBERS_PER_CODE, WORDS

    chars = "".join(WORDS)
    # No 文号 has these: otherwise the texts with that number would be listed before the one whose title has it.
    titled = [re.sub(r".*(第\d+号)", r"\1", one.title) for one in there]
    rare = [one for one in titled if int(one[1:-1]) > NUMBERS_PER_CODE] or titled

    def some(count: int) -> list[str]:
        """Return adjacent words of a text, whose words all have two characters."""
        text, at = draw.choice(there).text, 2 * draw.randrange(290)
        return [text[at + 2 * n : at + 2 * n + 2] for n in range(count)]

    def narrowed(_: int) -> str:
        one = draw.choice(there)
        return f"{one.text[:2]}&kind={one.kind}&year={one.year}"

    def in_column(_: int) -> str:
        one = draw.choice(there)
        return f"{one.text[:2]}&column={one.column}"

    return {
        "rare": lambda _: draw.choice(rare),
        "common word": lambda n: WORDS[n % len(WORDS)],
        "one common character": lambda _: draw.choice(chars),
        "several words": lambda n: " ".join(some(2 + n % 2)),
        "phrase": lambda _: "".join(some(2)),
        "long phrase": lambda _: "".join(some(4)),
        "narrowed": narrowed,
        "narrowed to a column": in_column,
        "newest first": lambda _: f"{some(1)[0]}&order=newest",
        "number without year": lambda _: draw.choice(there).number,
        "nothing found": lambda _: "".join(draw.sample("魑魅魍魉饕餮貔貅狴犴", 6)),
    }


def processor_seconds() -> float:
    """Return the seconds of processor time of this process and, on PostgreSQL, of its server process."""
    from django.db import connection

    taken = time.process_time()
    if connection.vendor == "postgresql":
        fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
        taken += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return taken


def list_searches(draw: random.Random) -> dict[str, Callable[[int], tuple[str, str]]]:
    """Return for each kind a function from n to the address of the n-th search and the pattern of its answer."""
    there = draw_texts(draw, 200)
    made: dict[str, Callable[[int], tuple[str, str]]] = {}
    for name, make in list_kinds(draw, there).items():
        shows = NONE if name == "nothing found" else HITS
        made[name] = lambda n, make=make, shows=shows: (f"/search/?q={make(n)}", shows)
    made["suggestions"] = lambda _: (f"/search/suggest/?q={draw.choice(there).title[3:5]}", TITLES)
    return made


def find_error(page: str, shows: str, asked: str) -> str:
    """Return the error of an answer: no results, a wrong number of them, or none with the searched words."""
    if not (said := re.search(shows, page)):
        return f"without {shows!r}"
    if shows != HITS:
        return ""
    drawn = re.findall(r"<h3>.*?</time>.*?</p><p>.*?</p>", page, re.DOTALL)
    if len(drawn) != min(int(re.sub(r"\D", "", said[0])), 15):
        return f"with {len(drawn)} hits, but {said[0]}"
    words = re.findall(r"\w+", asked)
    # A long run of words is split: PostgreSQL also finds texts that have all the words in another order.
    words = [
        part for word in words for part in (re.findall("..", word) if len(word) > 4 and LONG.match(word) else [word])
    ]
    plain = [re.sub(r"〔\d+〕", "", re.sub(r"<[^>]+>", "", hit)) for hit in drawn]
    having = sum(any(word in hit for word in words) for hit in plain)
    return "" if having else f"with no hit that has {asked}"


def warm_up(client: Any) -> None:
    """Build what a process builds once: the vocabularies, which a thread of the server would build during the measurement."""
    from gongkai.content.editions.models import Website
    from gongkai.content.search import spelling

    for website in (None, *Website.objects.values_list("pk", flat=True)):
        if not spelling.rebuild_vocabulary(website).counts:
            raise SystemExit("the vocabulary knows no term")
    for words in ("预蒜", "预算", "云教发900&year=2019", "第1号"):
        client.get(f"/search/?q={words}")


def measure_searches(client: Any) -> dict[str, float]:
    """Return milliseconds for each kind of search and for all together."""
    draw = random.Random(3)
    warm_up(client)
    figures: dict[str, float] = {}
    walls: list[float] = []
    for name, make in list_searches(draw).items():
        took: list[float] = []
        spent = 0.0
        for n in range(SEARCHES_PER_KIND):
            address, shows = make(n)
            before, started = processor_seconds(), time.perf_counter()
            answer = client.get(address)
            took.append((time.perf_counter() - started) * 1000)
            spent += (processor_seconds() - before) * 1000
            wrong = find_error(answer.content.decode(), shows, re.split("[=&]", address)[1])
            if answer.status_code != 200 or wrong:
                raise SystemExit(f"{name}: {address} answers {answer.status_code} {wrong}")
        walls += took
        figures |= {f"{name}: p95 ms": quantiles(took, n=20)[-1], f"{name}: processor ms": spent / SEARCHES_PER_KIND}
    figures |= {"all searches: median ms": median(walls), "all searches: p95 ms": quantiles(walls, n=20)[-1]}
    return {**figures, "load of the machine": os.getloadavg()[0]}


@contextmanager
def measure_visibility(client: Any, took: dict[str, list[float]]) -> Iterator[Callable[[str, str, str], None]]:
    """Measure the publishing step, and the delay until each page shows the text, from the same start."""
    started = time.perf_counter()

    def look(name: str, address: str, title: str) -> None:
        found = title in client.get(address).content.decode().replace("<mark>", "").replace("</mark>", "")
        if not found:
            raise SystemExit(f"{address} does not show {title}")
        took.setdefault(name, []).append((time.perf_counter() - started) * 1000)

    yield look


def measure_publishing(client: Any) -> dict[str, float]:
    """Publish by the last of three signatures; return its duration, and the delay until search, column, front page and feed show the text."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    from factories.publishing import SIGNING_ROLES, item, read_whole, sign_all, submitted
    from factories.units import actor
    from gongkai.content.editions.models import Column
    from gongkai.content.editions.sources import ensure_document
    from gongkai.content.publishing import actions
    from gongkai.core.units.models import Body

    body, column = Body.objects.get(name="云岭市第0局"), Column.objects.get(name="栏目7")
    took: dict[str, list[float]] = {}
    for _ in range(PUBLISHED):
        title = f"关于印发{''.join(random.choices('甲乙丙丁戊己庚辛壬癸', k=8))}方案的通知"
        page = item(body, [column], title=title, body=f"<p>{'为改善居民居住条件，制定本方案。' * 40}</p>")
        review = submitted(page)
        sign_all(review, upto=1)
        last = actor(SIGNING_ROLES[2], body)
        review.refresh_from_db()
        sheet = read_whole(review, last)
        with measure_visibility(client, took) as look:
            actions.approve(review, by=last, sheet=sheet, release=True)
            look("page", ensure_document(page).addresses.get(current=True).path, title)
            look("search", f"/search/?q={title[4:12]}", title)
            look("column", f"/columns/{column.pk}/", title)
            look("front page", "/", title)
            look("feed", "/feed/", title)
    return {f"published, seen on the {name} after: ms": max(values) for name, values in took.items()}


def main(count: int) -> None:
    """Fill, search, publish, print JSON."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client

    import gongkai.ops.config.wsgi  # noqa: F401  set up as the server is
    from benchmarks.portal_city import fill
    from gongkai.content.search.models import SearchRow

    call_command("migrate", verbosity=0)
    if not (os.environ.get("GONGKAI_BENCH_KEEP") and SearchRow.objects.exists()):
        with transaction.atomic():
            fill(count)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="localhost")
    print(json.dumps({**measure_searches(client), **measure_publishing(client)}, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]))
