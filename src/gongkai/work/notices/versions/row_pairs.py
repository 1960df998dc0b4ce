"""Compare two versions of a notice: amendment, and corresponding rows. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold
from gongkai.work.notices.planning.descriptions import remove_list_number

# Minimum similarity of two versions of a row.
ROW_SIMILARITY_THRESHOLD = 0.5
# Another row within this margin is a rival; a clerk decides.
RIVAL_MARGIN = 0.06
# Minimum share of common rows for largely equal notices, …
LARGELY_EQUAL_SHARE = 0.5
# … and for nearly equal ones.
NEARLY_EQUAL_SHARE = 0.8
_AMENDING_WORDS_RE = re.compile(r"修订|修改|更正|调整|勘误|重新印发|停止执行|同时废止|不再执行|代替|替代")
_AMENDING_TITLE_RE = re.compile(r"修订|修改|更正|调整|勘误|重新印发")
_YEAR_PATTERN = re.compile(r"20\d\d年?度?")
_PUNCTUATION_RE = re.compile(r"[\W_]+")
_FORMAL_WORDS_PATTERN = re.compile(
    r"关于|重新印发|印发|转发|公布|的?通知$|修订稿?|修改|更正|调整|勘误|[^，。]{0,20}?人民政府(?:办公厅|办公室)?"
)


@dataclass(frozen=True)
class NoticeVersion:
    """The parts of a notice by which the notice that it amends is found.

    `number` is the document number, `issuer` its key or name, `rows` are the texts of measures, `words` the whole
    text.
    """

    title: str
    number: str = ""
    issuer: str = ""
    year: int = 0
    rows: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class RowPair:
    """Indexes of a row in the older (`old`) and the newer version (`new`); None without counterpart.

    `like` is the similarity (0 to 1); `rivals` are indexes of similar rows of the older version.
    """

    old: int | None
    new: int | None
    like: float = 0.0
    rivals: tuple[int, ...] = ()


def normalize_text(text: str) -> str:
    """Return a text without blanks and punctuation, in one spelling, for comparison."""
    return _PUNCTUATION_RE.sub("", fold(text))


def normalize_row(text: str) -> str:
    """Return the text of a row for comparison, without its list number.

    >>> normalize_row("9．公布医保药品目录。") == normalize_row("8.公布医保药品目录")
    True
    """
    return normalize_text(remove_list_number(text))


def normalize_title(title: str, *, year: bool = True) -> str:
    """Return the subject of a title without formal words, optionally without years.

    >>> normalize_title("云岭市人民政府办公室关于印发2027年云岭市政务公开工作要点（修订）的通知")
    '2027年云岭市政务公开工作要点'
    """
    core = _FORMAL_WORDS_PATTERN.sub("", normalize_text(title))
    return core if year else _YEAR_PATTERN.sub("", core)


# --- rows -----------------------------------------------------------------------------------------


def match_rows(
    older: Sequence[str], newer: Sequence[str], *, min_similarity: float = ROW_SIMILARITY_THRESHOLD
) -> list[RowPair]:
    """Pair the rows of two versions one to one: equal texts first, then the most similar.

    `min_similarity` is the minimum similarity (0 to 1). Returns the newer rows in order with their
    counterparts, then the older rows without one.
    """
    texts = [normalize_row(text) for text in older], [normalize_row(text) for text in newer]
    partner: dict[int, tuple[int, float]] = {}
    for old, new in _match_equal_texts(*texts):
        partner[new] = old, 1.0
    paired_old = {old for old, _ in partner.values()}
    unpaired_old = [place for place in range(len(older)) if place not in paired_old]
    unpaired_new = [place for place in range(len(newer)) if place not in partner]
    similar = _find_similar_rows(texts, unpaired_old, unpaired_new, min_similarity)
    for score, new, old in sorted(similar, key=lambda found: (-found[0], found[1], found[2])):
        if new not in partner and old not in paired_old:
            partner[new] = old, score
            paired_old.add(old)
    rivals = _find_rivals(similar, partner)
    pairs = [
        RowPair(partner[new][0], new, partner[new][1], rivals.get(new, ())) if new in partner else RowPair(None, new)
        for new in range(len(newer))
    ]
    return pairs + [RowPair(old, None) for old in range(len(older)) if old not in paired_old]


def _match_equal_texts(older: Sequence[str], newer: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (older, newer) indexes of equal texts, each used once, in order."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(older):
        if text:
            places[text].append(place)
    for place, text in enumerate(newer):
        if places.get(text):
            yield places[text].pop(0), place


def _find_similar_rows(
    texts: tuple[Sequence[str], Sequence[str]], olds: Iterable[int], news: Iterable[int], min_similarity: float
) -> list[tuple[float, int, int]]:
    """Return (similarity, new, old) of similar rows, by character pairs."""
    bags = {old: _get_character_pairs(texts[0][old]) for old in olds}
    holding: dict[str, list[int]] = defaultdict(list)
    for old, bag in bags.items():
        for pair in bag:
            holding[pair].append(old)
    similar = []
    for new in news:
        mine = _get_character_pairs(texts[1][new])
        shared: dict[int, int] = defaultdict(int)
        for pair in mine:
            for old in holding.get(pair, ()):
                shared[old] += 1
        scores = ((2 * count / (len(mine) + len(bags[old])), old) for old, count in shared.items())
        similar += [(score, new, old) for score, old in scores if score >= min_similarity]
    return similar


def _find_rivals(
    alike: Iterable[tuple[float, int, int]], partner: dict[int, tuple[int, float]]
) -> dict[int, tuple[int, ...]]:
    """Return {new row: older rows nearly as similar as its counterpart}, by indexes."""
    best = dict(partner.values())
    rivals: dict[int, list[int]] = defaultdict(list)
    for score, new, old in alike:
        if new not in partner or old == partner[new][0] or score < partner[new][1] - RIVAL_MARGIN:
            continue
        if best.get(old, 0.0) <= score + RIVAL_MARGIN:
            rivals[new].append(old)
    return {new: tuple(sorted(olds)) for new, olds in rivals.items()}


def _get_character_pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters; the text itself if it has fewer than two."""
    return frozenset(text[index : index + 2] for index in range(len(text) - 1)) or frozenset({text})


# --- whole notices --------------------------------------------------------------------------------


def find_amending_reasons(newer: NoticeVersion, older: NoticeVersion) -> list[str]:
    """Return reasons why the newer notice amends the older one; [] if too weak.

    Both must have the same year and issuer. One reason is enough: same number; a citation as
    amended; an amending or equal title with enough common rows; nearly all rows in common.
    """
    if newer.year != older.year or (newer.issuer and older.issuer and newer.issuer != older.issuer):
        return []
    share = _compute_common_share(older.rows, newer.rows)
    cited = _find_citation(newer, older)
    title_says_amended = bool(_AMENDING_TITLE_RE.search(newer.title))
    same_title = bool(normalize_title(newer.title)) and normalize_title(newer.title) == normalize_title(older.title)
    same_number = bool(newer.number) and normalize_text(newer.number) == normalize_text(older.number)
    if not (
        same_number
        or cited
        or (same_title and (title_says_amended or share >= LARGELY_EQUAL_SHARE))
        or (title_says_amended and share >= LARGELY_EQUAL_SHARE)
        or share >= NEARLY_EQUAL_SHARE
    ):
        return []
    rows = round(share * len(newer.rows))
    reasons = [
        (same_number, f"文号相同（{newer.number}）"),
        (bool(cited), f"文中写明“{cited}”"),
        (same_title, "标题相同" + ("，并写明修订" if title_says_amended else "")),
        (title_says_amended and not same_title, "标题写明修订"),
        (share > 0, f"{len(newer.rows)}项任务中有{rows}项相同或者相近"),
    ]
    return [text for holds, text in reasons if holds]


def is_next_years(newer: NoticeVersion, older: NoticeVersion) -> bool:
    """Return true if the newer notice is next year's version of the older one."""
    if newer.year != older.year + 1 or (newer.issuer and older.issuer and newer.issuer != older.issuer):
        return False
    core = normalize_title(newer.title, year=False)
    return bool(core) and core == normalize_title(older.title, year=False)


def _compute_common_share(older: Sequence[str], newer: Sequence[str]) -> float:
    """Return the share of the newer rows that have a pair (0 to 1)."""
    if not newer:
        return 0.0
    pairs = match_rows(older, newer)
    return sum(1 for pair in pairs if pair.old is not None and pair.new is not None) / len(newer)


def _find_citation(newer: NoticeVersion, older: NoticeVersion) -> str:
    """Return the words in which a notice states that it changes another one, or an empty string."""
    for sentence in re.split(r"[。；;\n]", newer.words):
        matches = list(_AMENDING_WORDS_RE.finditer(sentence))
        if matches and _mentions_notice(sentence, older):
            words, position = sentence.strip(), matches[-1].start()
            return words if len(words) <= 60 else f"…{sentence[max(0, position - 40) : position + 20].strip()}"
    return ""


def _mentions_notice(sentence: str, older: NoticeVersion) -> bool:
    text = normalize_text(sentence)
    core = normalize_title(older.title)
    return bool((older.number and normalize_text(older.number) in text) or (len(core) > 6 and core in text))
