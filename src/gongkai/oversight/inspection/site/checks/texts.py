"""Find duplicate texts, texts without content, future dates, and rare spellings that differ from the rest of the site."""

from collections import Counter, defaultdict
from datetime import timedelta

from gongkai.lib.outbound.markup import decode
from gongkai.oversight.inspection.site.checks.wording import DOUBT, SIGNED, compute_edit_distance
from gongkai.oversight.inspection.site.site import CrawledSite

#: Factor by which the correct spelling must outnumber the error, and its minimum number of pages.
TIMES, LEAST = 3, 3
#: Minimum length of a checked word in characters; single characters give false positives.
_LEAST_WORD = 2
#: Maximum number of pages that are compared.
MAX_COMPARED_PAGES = 5_000
_SLIP = 2


def check_doubts(site: CrawledSite) -> None:
    """Report spellings on single pages that differ from a frequent one of the whole site."""
    words: dict[tuple[str, str], tuple[str, str]] = {}
    signed: dict[str, list[str]] = defaultdict(list)
    for _, address, found in site.store.seen():
        if found.indicator == DOUBT:
            was, _, now = found.key.partition("\t")
            words.setdefault((was, now), (address, found.shown))
        elif found.indicator == SIGNED:
            signed[found.key].append(address)
    odd = _odd_units(signed)
    asked = {word for pair in words for word in pair} | set(odd)
    counts = _pages_with(site, asked) if asked else Counter()
    for (was, now), (address, shown) in words.items():
        if len(was) < _LEAST_WORD or _names_a_place(was, now):
            continue
        if now and counts[now] >= max(LEAST, TIMES * counts[was]) and was not in now:
            what = f"“{was}”疑为“{now}”（全站{counts[now]}页写作“{now}”）"
            site.add("words.wrong", address, what, key=f"typo {was}", shown=shown)
    for unit, usual in odd.items():
        if counts[unit] <= 1:
            what = f"落款“{unit}”疑为“{usual}”（落款用后者的有{len(signed[usual])}页）"
            site.add("words.agency", signed[unit][0], what, key=f"{signed[unit][0]} {unit}")


def _odd_units(signed: dict[str, list[str]]) -> dict[str, str]:
    usual = [unit for unit, pages in signed.items() if len(pages) >= LEAST]
    return {
        unit: near
        for unit, pages in signed.items()
        if len(pages) == 1
        for near in usual
        if len(unit) != len(near) and compute_edit_distance(unit, near) <= _SLIP and _within(unit, near)
    }


def _within(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    rest = iter(longer)
    return all(character in rest for character in shorter)


def _pages_with(site: CrawledSite, words: set[str]) -> Counter[str]:
    times: dict[str, Counter[int]] = defaultdict(Counter)
    pages = 0
    for (number,) in site.store.frontier.db.execute("SELECT id FROM page ORDER BY id LIMIT ?", (MAX_COMPARED_PAGES,)):
        text = decode(site.store.body(number))[0]
        pages += 1
        for word in words:
            if often := text.count(word):
                times[word][often] += 1
    counts: Counter[str] = Counter()
    for word, found in times.items():
        frame, alike = found.most_common(1)[0]
        framed = frame if alike * 2 > pages else 0
        counts[word] = sum(many for often, many in found.items() if often > framed)
    return counts


#: Characters for directions and numbers: names that differ in them are different places.
_PLACES = frozenset("东西南北中上下左右前后内外一二三四五六七八九十")


def _names_a_place(was: str, now: str) -> bool:
    return len(was) == len(now) and any(one != other and one in _PLACES for one, other in zip(was, now, strict=True))


#: Faulty pages that are listed by name.
MOST_NAMED = 200
#: Minimum length of a text, in characters.
MIN_TEXT_CHARACTERS = 25


def check_texts(site: CrawledSite) -> None:
    """Check all texts by their stored facts."""
    ahead = (site.today + timedelta(days=1)).isoformat()
    for facts in site.store.facts("article = 1 AND day > ? LIMIT ?", (ahead, MOST_NAMED)):
        site.add("page.future", facts.address, f"“{facts.title[:30]}”的发布日期{facts.day}在将来", key=facts.address)
    _twice(site)
    _bodiless(site)


def _twice(site: CrawledSite) -> None:
    rows = site.store.frontier.db.execute(
        "SELECT min(page.id), count(*), title, day FROM page WHERE article = 1 AND day != '' AND length(title) > 9 "
        "GROUP BY title, day, length HAVING count(*) > 1 LIMIT ?",
        (MOST_NAMED,),
    ).fetchall()
    for number, count, title, _ in rows:
        same = list(site.store.facts("title = ? AND article = 1", (title,)))
        first = next((facts for facts in same if facts.id == number), same[0])
        site.add(
            "page.duplicate",
            first.address,
            f"“{title[:30]}”发布了{count}次",
            key=title,
            also=[facts.address for facts in same[1:5]],
        )


def _bodiless(site: CrawledSite) -> None:
    short = site.store.frontier.db.execute("SELECT avg(length) FROM page WHERE article = 1").fetchone()[0] or 0
    for facts in site.store.facts("article = 1 AND length < ? LIMIT ?", (max(400, short * 0.6), MOST_NAMED)):
        page = site.page(facts.id)
        if page is None:
            continue
        own = [
            line
            for line in page.lines
            if line not in site.template.lines
            and not (facts.title in line and len(line) < len(facts.title) + MIN_TEXT_CHARACTERS)
            and line != page.title
            and not _facts_line(line)
        ]
        common = {address for _, address in site.template.links}
        more = any(
            link.tag in {"img", "video", "iframe", "audio", "embed", "source"} and link.address not in common
            for link in page.links
        )
        files = any(
            is_document_address(link.address) for link in page.links if link.tag == "a" and link.address not in common
        )
        if sum(map(len, own)) < MIN_TEXT_CHARACTERS and not (more or files or any("。" in line for line in own)):
            site.add("page.empty", facts.address, f"“{facts.title[:30]}”没有正文", key=facts.address)


def _facts_line(line: str) -> bool:
    return "。" not in line and any(
        word in line
        for word in (
            "来源",
            "发布",
            "日期",
            "时间",
            "浏览",
            "字体",
            "字号",
            "当前位置",
            "首页",
            "打印",
            "分享",
            "上一篇",
            "下一篇",
        )
    )


def is_document_address(address: str) -> bool:
    """Return True if an address is that of a document file."""
    return address.rpartition(".")[2].lower() in {
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "wps",
        "et",
        "ofd",
        "zip",
        "rar",
        "ppt",
        "pptx",
    }
