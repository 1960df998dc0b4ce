"""What a search means before any table is asked: official terms for everyday words, 文号 and 索引号 as people write them. Pure."""

from dataclasses import dataclass

from gongkai.content.search.questions import asked_about, thing_of
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, HAN_ALL, is_han
from gongkai.lib.matching.folding import brackets, fold
from gongkai.lib.matching.numbers import document_numbers
from gongkai.lib.matching.synonyms import Synonyms, default

MOST_WORDS = 100
#: Everyday words that surely mean an official term are looked up by both.
SURE = 0.7
MOST_VARIANTS = 3

_OPEN, _CLOSE = "[〔(]?", "[〕)]?"
#: 云岭教发20号, 云教发[2026]20, 云教发2026 20号, 云府办发202615号: the code, perhaps a year in any brackets or none, the sequence.
_NUMBER = re.compile(
    rf"([{HAN_ALL}]{{2,12}}?){_OPEN}((?:19|20)\d\d)?年?{_CLOSE}第?0{{0,4}}([1-9]\d{{0,4}})号?(?:文件?)?\Z"
)
_INDEX = re.compile(r"[0-9a-z]{6,60}\Z")


@dataclass(frozen=True)
class Meaning:
    """A search as the tables are asked: the words and their other ways to be written, exact numbers."""

    words: str
    variants: tuple[str, ...] = ()
    core: str = ""  # what a question is about, without the words of asking: 身份证 of 身份证怎么办
    numbers: tuple[str, ...] = ()  # 文号 in their one spelling
    short_numbers: tuple[str, ...] = ()  # code and sequence, the year left out
    index_key: str = ""  # 索引号, letters and digits only

    @property
    def exact(self) -> bool:
        """Whether a number was asked for, that is found exactly or not at all."""
        return bool(self.numbers or self.short_numbers)


def understand(typed: str, synonyms: Synonyms | None = None) -> Meaning:
    """Read what was typed.

    >>> understand("云教发[2026]20").numbers
    ('云教发〔2026〕20号',)
    >>> understand("云岭教发20号").short_numbers
    ('云岭教发20',)
    >>> understand("015279/2026-00012").index_key
    '015279202600012'
    >>> understand("身份证丢了").core  # what to do then is not said, only meant
    '身份证'
    """
    words = typed.strip()[:MOST_WORDS]
    folded = fold(words)
    short, numbers = _numbers(folded)
    stated = asked_about(folded) or (folded if thing_of(folded) != folded else "")
    core = thing_of(stated)
    known = synonyms or default()
    return Meaning(
        words,
        variants=_both(_variants(core, known), _variants(stated or folded, known)),
        core=core,
        numbers=tuple(dict.fromkeys([*document_numbers(words), *numbers])),
        short_numbers=short,
        index_key=index_key(folded) if _is_index(folded) else "",
    )


def _both(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *then]))[:MOST_VARIANTS]


def _numbers(folded: str) -> tuple[tuple[str, ...], list[str]]:
    """Return (short numbers, whole numbers) where the whole of what was typed is a 文号, however it is written."""
    found = _NUMBER.match(re.sub(r"\s+", "", brackets(folded)))
    if found is None:
        return (), []
    code, year, sequence = found.groups()
    if year:
        return (), [f"{code}〔{year}〕{sequence}号"]
    return (f"{code}{sequence}",), []


def short_number(number: str) -> str:
    """Return a 文号 without its year, as it is stored beside the whole one: 云岭教发〔2026〕20号 → 云岭教发20."""
    return re.sub(r"〔\d{4}〕(\d+)号\Z", r"\1", number) if "〔" in number else ""


def index_key(number: str) -> str:
    """Return a 索引号 as letters and digits only, so that blanks, strokes and width do not matter."""
    return re.sub(r"[\W_]", "", fold(number))[:60]


def _is_index(folded: str) -> bool:
    key = index_key(folded)
    return bool(_INDEX.match(key)) and sum(char.isdigit() for char in key) >= 6


def _variants(folded: str, synonyms: Synonyms) -> tuple[str, ...]:
    """Return the words with each everyday word replaced by its official term, the surest first."""
    rows = sorted((row for row in synonyms.find(folded) if row.weight >= SURE), key=lambda row: -row.weight)
    written = [folded.replace(row.everyday, row.official) for row in rows if row.official not in folded]
    return tuple(dict.fromkeys(written))[:MOST_VARIANTS]


def loosened(words: str) -> list[tuple[str, ...]]:
    """Return other ways to ask for words that nobody wrote in one piece: every run of Chinese characters cut into twos.

    People type 食品抽检 where the text says 食品安全监督抽检. A run of an odd length keeps three characters together at its end or, second
    way, at its beginning. Empty where there is nothing to cut.
    """
    runs = re.findall(rf"[{HAN}]+|[^\W{HAN}]+", words)
    ways = []
    for longer_last in (True, False):
        parts = [part for run in runs for part in _pairs(run, longer_last=longer_last)]
        if len(parts) > len(runs) and tuple(parts) not in ways:
            ways.append(tuple(parts))
    return ways


def _pairs(run: str, *, longer_last: bool) -> list[str]:
    """Cut a run of at least four Chinese characters into twos and, where it is odd, one three."""
    if len(run) < 4 or not is_han(run[0]):
        return [run]
    first = 2 if longer_last or len(run) % 2 == 0 else 3
    cuts = list(range(first, len(run) - 1, 2))
    return [run[a:b] for a, b in zip([0, *cuts], [*cuts, len(run)], strict=True)]
