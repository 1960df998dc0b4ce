"""Find duplicate and empty texts, future dates, and rare spellings of names."""

from collections import Counter, defaultdict
from datetime import timedelta

from gongkai.lib.outbound.markup import decode_html
from gongkai.oversight.inspection.site.checks.wording import DOUBT, SIGNED, compute_edit_distance
from gongkai.oversight.inspection.site.site import CrawledSite

#: Factor by which the correct spelling must outnumber the error, and its minimum number of pages.
MIN_SPELLING_RATIO, MIN_SPELLING_PAGES = 3, 3
#: Minimum length of a checked word in characters; single characters give false positives.
_MIN_WORD_CHARACTERS = 2
#: Maximum number of pages that are compared.
MAX_COMPARED_PAGES = 5_000
_MAX_SLIP_DISTANCE = 2


def check_rare_spellings(site: CrawledSite) -> None:
    """Report rare spellings and signing units that differ little from frequent ones of the whole site."""
    doubtful: dict[tuple[str, str], tuple[str, str]] = {}
    signed: dict[str, list[str]] = defaultdict(list)
    for _, address, fault in site.store.iterate_faults():
        if fault.indicator == DOUBT:
            doubted, _, likely = fault.key.partition("\t")
            doubtful.setdefault((doubted, likely), (address, fault.shown))
        elif fault.indicator == SIGNED:
            signed[fault.key].append(address)
    misspelt_units = _find_misspelt_units(signed)
    searched_words = {word for pair in doubtful for word in pair} | set(misspelt_units)
    counts = _count_pages_with(site, searched_words) if searched_words else Counter()
    for (doubted, likely), (address, context) in doubtful.items():
        if len(doubted) < _MIN_WORD_CHARACTERS or _differs_in_place_name(doubted, likely):
            continue
        if (
            likely
            and counts[likely] >= max(MIN_SPELLING_PAGES, MIN_SPELLING_RATIO * counts[doubted])
            and doubted not in likely
        ):
            message = f"“{doubted}”疑为“{likely}”（全站{counts[likely]}页写作“{likely}”）"
            site.add("words.wrong", address, message, key=f"typo {doubted}", shown=context)
    for unit, usual in misspelt_units.items():
        if counts[unit] <= 1:
            message = f"落款“{unit}”疑为“{usual}”（落款用后者的有{len(signed[usual])}页）"
            site.add("words.agency", signed[unit][0], message, key=f"{signed[unit][0]} {unit}")


def _find_misspelt_units(pages_by_unit: dict[str, list[str]]) -> dict[str, str]:
    """Return {unit that signed a single page: frequent unit of nearly the same name}; `pages_by_unit`: signed pages."""
    usual = [unit for unit, pages in pages_by_unit.items() if len(pages) >= MIN_SPELLING_PAGES]
    return {
        unit: frequent_unit
        for unit, pages in pages_by_unit.items()
        if len(pages) == 1
        for frequent_unit in usual
        if len(unit) != len(frequent_unit)
        and compute_edit_distance(unit, frequent_unit) <= _MAX_SLIP_DISTANCE
        and _is_subsequence(unit, frequent_unit)
    }


def _is_subsequence(word: str, other: str) -> bool:
    """Return True if the longer word contains the characters of the shorter one in order."""
    shorter, longer = sorted((word, other), key=len)
    rest = iter(longer)
    return all(character in rest for character in shorter)


def _count_pages_with(site: CrawledSite, words: set[str]) -> Counter[str]:
    """Return how many pages contain each word more often than the site's template does."""
    times: dict[str, Counter[int]] = defaultdict(Counter)
    pages = 0
    for (number,) in site.store.frontier.db.execute("SELECT id FROM page ORDER BY id LIMIT ?", (MAX_COMPARED_PAGES,)):
        text = decode_html(site.store.body(number))[0]
        pages += 1
        for word in words:
            if often := text.count(word):
                times[word][often] += 1
    counts: Counter[str] = Counter()
    for word, page_counts in times.items():
        usual_count, alike = page_counts.most_common(1)[0]
        template_count = usual_count if alike * 2 > pages else 0
        counts[word] = sum(many for often, many in page_counts.items() if often > template_count)
    return counts


#: Characters for directions and numbers: names that differ in them are different places.
_DIRECTION_AND_NUMBER_CHARACTERS = frozenset("东西南北中上下左右前后内外一二三四五六七八九十")


def _differs_in_place_name(word: str, other: str) -> bool:
    """Return True if two words of one length differ in a direction or number, as names of places do."""
    return len(word) == len(other) and any(
        character != likely_character and character in _DIRECTION_AND_NUMBER_CHARACTERS
        for character, likely_character in zip(word, other, strict=True)
    )


#: Faulty pages that are listed by name.
MAX_REPORTED_TEXTS = 200
#: Minimum length of a text, in characters.
MIN_TEXT_CHARACTERS = 25


def check_texts(site: CrawledSite) -> None:
    """Report texts that are dated in the future, published more than once, or empty."""
    tomorrow = (site.today + timedelta(days=1)).isoformat()
    for facts in site.store.iterate_page_facts("article = 1 AND day > ? LIMIT ?", (tomorrow, MAX_REPORTED_TEXTS)):
        site.add("page.future", facts.address, f"“{facts.title[:30]}”的发布日期{facts.day}在将来", key=facts.address)
    _find_double_articles(site)
    _find_empty_articles(site)


def _find_double_articles(site: CrawledSite) -> None:
    """Report dated articles with the same title (over nine characters), day and length."""
    rows = site.store.frontier.db.execute(
        "SELECT min(page.id), count(*), title, day FROM page WHERE article = 1 AND day != '' AND length(title) > 9 "
        "GROUP BY title, day, length HAVING count(*) > 1 LIMIT ?",
        (MAX_REPORTED_TEXTS,),
    ).fetchall()
    for number, count, title, _ in rows:
        duplicates = list(site.store.iterate_page_facts("title = ? AND article = 1", (title,)))
        first_facts = next((facts for facts in duplicates if facts.id == number), duplicates[0])
        site.add(
            "page.duplicate",
            first_facts.address,
            f"“{title[:30]}”发布了{count}次",
            key=title,
            also=[facts.address for facts in duplicates[1:5]],
        )


def _find_empty_articles(site: CrawledSite) -> None:
    """Report articles without text: no own sentence, picture, medium or document."""
    short = site.store.frontier.db.execute("SELECT avg(length) FROM page WHERE article = 1").fetchone()[0] or 0
    for facts in site.store.iterate_page_facts(
        "article = 1 AND length < ? LIMIT ?", (max(400, short * 0.6), MAX_REPORTED_TEXTS)
    ):
        page = site.page(facts.id)
        if page is None:
            continue
        own_lines = [
            line
            for line in page.lines
            if line not in site.template.lines
            and not (facts.title in line and len(line) < len(facts.title) + MIN_TEXT_CHARACTERS)
            and line != page.title
            and not _is_page_furniture_line(line)
        ]
        common = {address for _, address in site.template.links}
        has_media = any(
            link.tag in {"img", "video", "iframe", "audio", "embed", "source"} and link.address not in common
            for link in page.links
        )
        has_documents = any(
            is_document_address(link.address) for link in page.links if link.tag == "a" and link.address not in common
        )
        if sum(map(len, own_lines)) < MIN_TEXT_CHARACTERS and not (
            has_media or has_documents or any("。" in line for line in own_lines)
        ):
            site.add("page.empty", facts.address, f"“{facts.title[:30]}”没有正文", key=facts.address)


def _is_page_furniture_line(line: str) -> bool:
    """Return True for a line without 。 that contains a word such as 来源, 日期, 打印 or 上一篇."""
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
