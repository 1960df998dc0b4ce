"""Find rare spellings that differ from the rest of the site: misspelt words and unit names."""

from collections import Counter, defaultdict

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
