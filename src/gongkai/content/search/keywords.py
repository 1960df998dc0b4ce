"""Extract the keywords of a search with synonyms, and compare words by their sound (pinyin without tones). Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate, product
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.chinese.traditional import find_syllable
from gongkai.lib.matching.analysis import QUESTION_WORDS_PATTERN
from gongkai.lib.matching.synonyms import Synonym, Synonyms

#: Sounds that southern and south-western speakers confuse: z/zh, c/ch, s/sh, n/l, -n/-ng.
_CONFUSED_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def get_merged_sound(char: str) -> str:
    """Return the sound of a character with similar sounds merged: 云 → yun, 岭 → lin, 宁 → lin."""
    return merge_near_sounds(find_syllable(char) or char)


def spell_pinyin(word: str) -> str:
    """Return a word's pinyin without tones or spaces, or "" if a character has none.

    >>> spell_pinyin("预算"), spell_pinyin("A股")
    ('yusuan', '')
    """
    parts = [find_syllable(char) for char in word]
    return "".join(parts) if all(parts) else ""


@cache
def spell_pinyin_initials(word: str) -> str:
    """Return the initials of a word's pinyin, or "" if a character has none.

    >>> spell_pinyin_initials("公租房"), spell_pinyin_initials("A股")
    ('gzf', '')
    """
    parts = [find_syllable(char) for char in word]
    return "".join(part[0] for part in parts) if all(parts) else ""


def merge_near_sounds(pinyin: str) -> str:
    """Merge similar sounds of a syllable or run of pinyin."""
    for text, meant in _CONFUSED_SOUNDS:
        pinyin = pinyin.replace(text, meant)
    return re.sub(r"n(?=[aeiouv])", "l", pinyin)


def get_word_sound(word: str) -> str:
    """Return the sound of a word with syllables separated by hyphens.

    >>> get_word_sound("预算") == get_word_sound("预蒜"), get_word_sound("云岭"), get_word_sound("宁静") == get_word_sound("零近")
    (True, 'yun-lin', True)
    """
    return "-".join(get_merged_sound(char) for char in word)


def remove_each_character(word: str) -> Iterable[str]:
    """Return the forms of a word with one character replaced by NUL; two words sharing one of these differ in one
    place.
    """
    return {f"{word[:i]}\0{word[i + 1 :]}" for i in range(len(word))}


#: Terms that a run may be read as, readings kept at each place, readings returned.
MAX_TERMS, MAX_READINGS_PER_PLACE, MAX_READINGS = 4, 20, 6


def split_into_terms(typed: str, counts: Mapping[str, int]) -> list[str]:
    """Return the readings of a run of pinyin as terms separated by spaces: fewest terms first, then more frequent.

    >>> split_into_terms("jiaoyuyusuan", {"教育": 9, "预算": 5, "鱼": 9})
    ['教育 预算']
    """
    by_sound: dict[str, str] = {}
    for word in sorted(counts, key=lambda one: -counts[one]):
        if len(word) > 1 and (text := spell_pinyin(word)) and text[:2] in typed:
            by_sound.setdefault(text, word)
    longest = max(map(len, by_sound), default=0)
    readings: dict[int, list[tuple[str, ...]]] = {0: [()]}
    for start in range(len(typed)):
        for so_far in sorted(readings.pop(start, []), key=len)[:MAX_READINGS_PER_PLACE]:
            if len(so_far) == MAX_TERMS:
                continue
            for end in range(start + 2, min(start + longest, len(typed)) + 1):
                if term := by_sound.get(typed[start:end], ""):
                    readings.setdefault(end, []).append((*so_far, term))
    whole = sorted(readings.get(len(typed), []), key=lambda terms: (len(terms), -min(counts[t] for t in terms)))
    return [" ".join(terms) for terms in whole[:MAX_READINGS]]


#: Weight below which a synonym is not used.
MIN_SYNONYM_WEIGHT = 0.5
MAX_SPELLINGS, MAX_KEYWORDS, MAX_COMBINATIONS = 5, 8, 12
#: Weight from which a result must contain a word.
NEEDED_WEIGHT = 0.5
#: Weight of a noun of one character, which may be a part of another word.
SINGLE_CHARACTER_WEIGHT = 0.3
#: Share of the keywords' weight that is enough for a partial match.
SUFFICIENT_SHARE = 0.55
#: Weights of what no text has: a piece that is no word of the dictionary, and the share of a verb's weight.
ABSENT_PIECE_WEIGHT, ABSENT_VERB_SHARE = 0.2, 0.4
#: A word that is rarer by this factor than a similar word counts as its misspelling.
MISSPELLING_RARITY_FACTOR = 20

#: Verbs in the form V不V mean the same as the verb: 停不停课 is 停课.
_YES_NO_QUESTION_PATTERN = re.compile(r"(\w)[不没]\1")
_QUANTITY_QUESTION_PATTERN = re.compile(
    r"有没有|[够行好]不[够行好]|要不要|能不能|[几多]少?[点天号岁次家块钱万月年折成楼份]+(?:钱|元|以前|开始|结束)?|多[久大长高远]时?间?|"
    r"最[多少高低早晚迟]|到底|老是|总是|一共|大概|现在|目前|今年|现如今|如今|"
    r"请问|麻烦|谢谢|您好|你好|在不在|(?:星期|周|礼拜)[一二三四五六日天末]|(?:上|下)午|一个月|每个?月|一年(?!级)|每年|一次|哪一?步"
)
#: The money of a government, asked by a verb: 政府一年花多少钱 is 支出.
_PUBLIC_MONEY_RE = re.compile(
    r"(?<=政府|财政|市里|县里)(.{0,4}?)(花|用|欠|借|收)(?:了|掉|出去?)*(?:多少|几多)(?:税|债|钱|外债)?"
)
_PUBLIC_SUMS = {"花": "支出", "用": "支出", "欠": "债务", "借": "债务", "收": "收入"}
#: Somebody's age at which one is very old: 我妈八十五了.
_GREAT_AGE_RE = re.compile(r"(?<!\d)(?:[89]\d|[八九]十[一二三四五六七八九]?)(?:多|几)?(?:岁|了)+")
#: Parts of speech that say nothing of the subject: pronouns, adverbs, prepositions, conjunctions, particles, numerals.
_EMPTY_CLASSES = {*"rdpcueyomqfkhxt", "zg", "uj", "ul", "ug", "uv", "ud", "uz", "mq"}
#: Words of place and time of day that say nothing; others of their class are things: 初中, 春节, 暑假.
_PLAIN_PLACE_OR_TIME_PATTERN = re.compile(
    "[上下左右前后里外中内旁边面间之以东西南北早晚午夜今明昨周末天日月年时刻刚才]+|[年月][初底]"
)
_CLASS_WEIGHTS = {"v": 0.7, "vd": 0.7, "a": 0.6, "ad": 0.4, "z": 0.4, "s": 0.3}
#: Verbs that the segmenter takes for the beginning or the end of a word.
_MODALS = "能可会想要该给没不有"
#: Verbs of everyday speech that the dictionary joins to their object: 打预防针, 交学费. The object is what is looked for.
_LIGHT_VERBS = "打交办领买取拿开学看查找坐报缴付退补换弄搞做"
_MODALS_AT_EDGE_RE = re.compile(f"^[{_MODALS}]|[{_MODALS}]$")
_WORD_RUN_PATTERN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Numbers with the words they count: they are looked for in one piece.
_COUNTED_NUMBER_PATTERN = re.compile(r"(?:总?第)?\d+(?:期|号|条|路)|令第?\d+号")


@cache
def _load_words_of_kind(kind: str) -> frozenset[str]:
    """Return the words of a kind: `stop` words are dropped, `weak` ones optional, `thing` ones required."""
    lines = files("gongkai.content.search").joinpath("words.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and line[0] != "#")
    return frozenset(word for name, text in rows if name == kind for word in text.split())


class SearchKeyword(NamedTuple):
    """A keyword with its spellings (as typed first) and its weight from 0 to 1."""

    text: str
    spellings: tuple[str, ...]
    weight: float = 1.0
    #: Weight if no text has the word: a missing subject weighs more than a verb.
    absent_weight: float = 1.0

    @property
    def needed(self) -> bool:
        """Return true if a result must contain it, unless a partial match is enough."""
        return self.weight >= NEEDED_WEIGHT

    @property
    def is_year(self) -> bool:
        """Return true if the keyword is a year, which does not describe a topic."""
        return _YEAR.fullmatch(self.text) is not None

    def is_in(self, text: str) -> bool:
        """Return true if a folded text contains the keyword in one of its spellings."""
        return any(spelling in text for spelling in self.spellings)


def find_keywords(folded: str, synonyms: Synonyms, place_names: Collection[str] = ()) -> tuple[SearchKeyword, ...]:
    """Return the keywords of a folded search, in order, at most eight.

    Args:
        folded: the folded search text.
        synonyms: the synonym table.
        place_names: place names, which weigh little.
    """
    keywords: dict[str, SearchKeyword] = {}
    for word in _list_keywords(folded, synonyms):
        if word.text not in keywords and len(keywords) < MAX_KEYWORDS:
            keywords[word.text] = word._replace(weight=0.2) if word.text in place_names else word
    return tuple(keywords.values())


def _list_keywords(folded: str, synonyms: Synonyms) -> list[SearchKeyword]:
    """Return the keywords of a folded question; numbers with their counted word (12路, 3期) stay whole."""
    keywords: list[SearchKeyword] = []
    position = 0
    for match in _COUNTED_NUMBER_PATTERN.finditer(folded):
        keywords += _list_plain_keywords(folded[position : match.start()], synonyms)
        keywords.append(SearchKeyword(match[0], (match[0],)))
        position = match.end()
    return keywords + _list_plain_keywords(folded[position:], synonyms)


def _list_plain_keywords(folded: str, synonyms: Synonyms) -> list[SearchKeyword]:
    """Return keywords in order without question words: synonyms, and the segmenter's words between them."""
    folded = _PUBLIC_MONEY_RE.sub(lambda asked: f"{asked[1]} {_PUBLIC_SUMS[asked[2]]} ", folded)
    folded = _GREAT_AGE_RE.sub(lambda asked: asked[0].rstrip("了") + " 高龄 ", folded)
    text = QUESTION_WORDS_PATTERN.sub(
        " ",
        _QUANTITY_QUESTION_PATTERN.sub(
            " ", _YES_NO_QUESTION_PATTERN.sub(r"\1", _QUANTITY_QUESTION_PATTERN.sub(" ", folded))
        ),
    )
    made: list[SearchKeyword] = []
    position = 0
    for start, end, rows in find_words_with_synonyms(text, synonyms):
        made += _segment_keywords(text[position:start])
        made.append(_make_synonym_keyword(text[start:end], rows))
        position = end
    return [word for word in made + _segment_keywords(text[position:]) if word.weight > 0]


def load_weak_words() -> frozenset[str]:
    """Return the words that occur in most texts."""
    return _load_words_of_kind("weak")


def is_weak_word(word: str) -> bool:
    """Return true if most texts contain the word."""
    return word in _load_words_of_kind("stop") or word in _load_words_of_kind("weak")


def find_words_with_synonyms(text: str, synonyms: Synonyms) -> list[tuple[int, int, list[Synonym]]]:
    """Return (start, end, synonyms) of the everyday words of a text that are not inside other words.

    A pair of characters must be a word of the sentence: 车票 in 火车票 and 水管 in 供水管理 are none.
    """
    begins = set(accumulate(map(len, _cut_into_words(text)), initial=0))
    spans = synonyms.find_spans(text)
    return [(start, end, rows) for start, end, rows in spans if end - start > 2 or {start, end} <= begins]


def _cut_into_words(text: str) -> list[str]:
    return [part for word in load_segmenter().cut(text) for part in _split_light_verb(word)]


def _split_light_verb(word: str) -> tuple[str, ...]:
    """Cut a light verb off a longer word: 交学费 is 交 and 学费."""
    joined = len(word) > 2 and word[0] in _LIGHT_VERBS and load_segmenter().has_word(word[1:])
    return (word[0], word[1:]) if joined else (word,)


def _make_synonym_keyword(text: str, rows: Sequence[Synonym]) -> SearchKeyword:
    """Return a keyword with its official names as spellings."""
    sure = sorted((row for row in rows if row.weight >= MIN_SYNONYM_WEIGHT), key=lambda row: -row.weight)
    spellings = dict.fromkeys([text, *(row.official for row in sure)])
    weight = 0.0 if text in _load_words_of_kind("stop") else 0.3 if text in _load_words_of_kind("weak") else 1.0
    return SearchKeyword(text, tuple(spellings)[:MAX_SPELLINGS], weight)


def _segment_keywords(text: str) -> list[SearchKeyword]:
    """Return the segmenter's words with their weights."""
    made = []
    for run in _WORD_RUN_PATTERN.findall(text):
        if not re.match(rf"[{HAN}]", run):
            made.append(SearchKeyword(run, (run,), 1.0 if len(run) > 1 else 0.0))
            continue
        for word, kind in load_segmenter().tag(run):
            if len(word) == 2 and _MODALS_AT_EDGE_RE.search(word) and not load_segmenter().has_word(word):
                continue  # 能贷, 没欠, 娃能: a guess of the segmenter
            thing = _split_light_verb(word)[-1]
            made.append(
                SearchKeyword(thing, (thing,), _compute_weight(thing, kind), _compute_absence_weight(thing, kind))
            )
    return made


def _compute_weight(word: str, kind: str) -> float:
    """Return the weight of a word in a search (0 to 1), by word lists and word class (`kind`)."""
    says_something = word in _load_words_of_kind("thing") or (
        kind in {"f", "t"} and len(word) > 1 and not _PLAIN_PLACE_OR_TIME_PATTERN.fullmatch(word)
    )
    if word in _load_words_of_kind("stop") or (kind in _EMPTY_CLASSES and not says_something):
        return 0.0
    if len(word) < 2 and kind not in {"n", "ng"}:
        return 0.0
    if len(word) < 2:
        return SINGLE_CHARACTER_WEIGHT
    return 0.3 if word in _load_words_of_kind("weak") else _CLASS_WEIGHTS.get(kind, 1.0)


def _compute_absence_weight(word: str, kind: str) -> float:
    """Return the weight of the word (class `kind`) for results that lack it."""
    if not load_segmenter().has_word(word):
        return ABSENT_PIECE_WEIGHT
    return _compute_weight(word, kind) * (ABSENT_VERB_SHARE if kind and kind[0] in "va" else 1.0)


def select_needed_keywords(keywords: Sequence[SearchKeyword]) -> tuple[SearchKeyword, ...]:
    """Return the required keywords, or all if each is weak."""
    return tuple(word for word in keywords if word.needed) or tuple(keywords)


def list_spellings(keywords: Sequence[SearchKeyword]) -> list[str]:
    """Return up to twelve combinations of the spellings of all keywords, as typed first."""
    choices = [word.spellings for word in keywords]
    ways = sorted(product(*map(range, map(len, choices))), key=lambda picked: (sum(map(bool, picked)), picked))
    texts = (" ".join(choice[at] for choice, at in zip(choices, way, strict=True)) for way in ways[:MAX_COMBINATIONS])
    return list(dict.fromkeys(texts)) if keywords else []


def split_keyword(word: SearchKeyword) -> tuple[SearchKeyword, ...]:
    """Return the words within a longer word, which together weigh as much: 学生 of 学生票."""
    inner = [part for part in load_segmenter().cut_for_search(word.text) if 1 < len(part) < len(word.text)]
    return tuple(
        SearchKeyword(part, (part,), word.weight / len(inner), word.absent_weight / len(inner)) for part in inner
    )


def has_unknown_piece(keywords: Sequence[SearchKeyword]) -> bool:
    """Return true if a piece is not in the dictionary, so it may be misspelled."""
    return any(word.absent_weight == ABSENT_PIECE_WEIGHT for word in keywords)


def is_misspelled(typed: str, proposed: str) -> bool:
    """Return true if a proposal replaces one character that forms no word with its neighbours: 取谁许可, 取水许可."""
    changed = [index for index, (char, other) in enumerate(zip(typed, proposed, strict=False)) if char != other]
    if len(typed) != len(proposed) or len(changed) != 1:
        return False
    [index] = changed
    if typed[index + 1 :].startswith(("多少", "几")):
        return False  # a verb before a quantity: 花多少钱
    pairs = (typed[start : start + 2] for start in (index - 1, index) if start >= 0)
    return not any(load_segmenter().has_word(pair) for pair in pairs if len(pair) == 2)


def is_homophone(typed: str, proposed: str) -> bool:
    """Return true if a proposal replaces one character by a homophone and forms a longer word: 公基金, 公积金."""
    changed = find_differing_positions(typed, proposed)
    return (
        len(changed) == 1 and get_word_sound(typed) == get_word_sound(proposed) and makes_longer_word(typed, proposed)
    )


def find_differing_positions(typed: str, proposed: str) -> list[int]:
    """Return the positions where two texts differ; [] if their lengths differ."""
    if len(typed) != len(proposed):
        return []
    return [index for index, (char, other) in enumerate(zip(typed, proposed, strict=True)) if char != other]


def makes_longer_word(typed: str, proposed: str) -> bool:
    """Return true if a proposal forms a word of three or four characters that was not typed."""
    spans = (
        (start, start + length)
        for position in find_differing_positions(typed, proposed)
        for length in (4, 3)
        for start in range(max(position - length + 1, 0), position + 1)
    )
    has_word = load_segmenter().has_word
    return any(has_word(proposed[a:b]) and not has_word(typed[a:b]) for a, b in spans if b <= len(typed))


def find_word_spans(typed: str) -> list[tuple[int, int]]:
    """Return the spans of dictionary words of two or more characters.

    >>> find_word_spans("食品抽检结果"), find_word_spans("公组房")
    ([(0, 2), (2, 4), (4, 6)], [])
    """
    ends = list(accumulate(map(len, parts := load_segmenter().cut(typed))))
    return [
        (end - len(part), end)
        for part, end in zip(parts, ends, strict=True)
        if len(part) > 1 and load_segmenter().has_word(part)
    ]


def replaces_words(typed: str, proposed: str) -> bool:
    """Return true if a proposal only changes common words without forming longer ones: 失业金, 事业金.

    A word is common unless the proposed one is in the dictionary and much more frequent: 幼儿圆,
    幼儿园.
    """
    spans = [span for span in find_word_spans(typed) if not _is_much_rarer(typed[slice(*span)], proposed[slice(*span)])]
    changed = find_differing_positions(typed, proposed)
    whole = all(any(first <= at < last for first, last in spans) for at in changed)
    return bool(changed) and whole and not makes_longer_word(typed, proposed)


def _is_much_rarer(word: str, other: str) -> bool:
    """Return whether the dictionary has `other` and finds it far more frequent."""
    segmenter = load_segmenter()
    return segmenter.has_word(other) and segmenter.suggest_freq(
        word
    ) * MISSPELLING_RARITY_FACTOR < segmenter.suggest_freq(other)


def compute_matched_share(keywords: Sequence[SearchKeyword], text: str) -> float:
    """Return the share of the keywords' weight that a folded text contains."""
    whole = sum(word.weight for word in keywords)
    return sum(word.weight for word in keywords if word.is_in(text)) / whole if whole else 0.0
