"""Suggest corrections for searches without results (您是不是要找).

The vocabulary consists of the public titles and of sentences that higher apps register
(`register_sentences`: the questions of the Q&A base). Each process stores it in memory; in a server a
thread rebuilds it after changes. A suggestion is checked against the live tables (site search,
policy library) before it is shown, so withdrawn words are not suggested.
"""

import logging
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, pairwise, product

from django.db import close_old_connections
from django.db.models import Count, QuerySet, Sum

from gongkai.content.editions.models import Column, Shelf, Website
from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.content.search import facets, fulltext_table, terminology
from gongkai.content.search.keywords import (
    find_differing_positions,
    find_word_spans,
    get_merged_sound,
    get_word_sound,
    list_spellings,
    load_weak_words,
    makes_longer_word,
    merge_near_sounds,
    remove_each_character,
    replaces_words,
    select_needed_keywords,
    spell_pinyin_initials,
    split_into_terms,
)
from gongkai.content.search.parser import interpret_search
from gongkai.content.search.rows import is_any_visible
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, SIMILAR_SHAPES
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.matching.analysis import list_long_words
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonym


@cache
def _load_similar_shapes() -> dict[str, str]:
    """Return {character: those of similar shape}."""
    similar_shapes: dict[str, str] = {}
    for group in SIMILAR_SHAPES:
        for char in group:
            similar_shapes[char] = similar_shapes.get(char, "") + group.replace(char, "")
    return similar_shapes


def list_similar_shapes(word: str) -> list[str]:
    """Return words with one character replaced by one of similar shape.

    >>> "教育" in list_similar_shapes("教肓"), list_similar_shapes("云")
    (True, [])
    """
    similar_shapes = _load_similar_shapes()
    return [
        f"{word[:place]}{other}{word[place + 1 :]}"
        for place, char in enumerate(word)
        for other in dict.fromkeys(similar_shapes.get(char, ""))
    ]


def is_alike(typed: str, proposed: str) -> bool:
    """Return true if each changed character resembles the typed one in shape or sound, the lengths differ,
    or letters were typed.

    >>> is_alike("公组房", "公租房"), is_alike("彩礼标准", "彩高标准"), is_alike("gzf", "公租房")
    (True, False, True)
    """
    if typed.isascii():
        return True
    pairs = zip(typed, proposed, strict=False)
    return len(typed) != len(proposed) or all(
        value == other
        or get_merged_sound(value) == get_merged_sound(other)
        or other in _load_similar_shapes().get(value, "")
        for value, other in pairs
    )


#: Newest titles of which the vocabulary consists.
MAX_TITLES = 20_000
MAX_TERM_CHARACTERS = 8
#: Corrections suggested at once.
MAX_SUGGESTIONS = 3
#: Letters that may be the initials of a term's syllables: gzf for 公租房.
MAX_INITIALS = 6
#: Share of a process's time that rebuilding the vocabulary may take.
MAX_REBUILD_TIME_SHARE = 0.01
#: Interval of checks for changed titles.
TITLE_CHECK_SECONDS = 5.0
_HAN_RUN_PATTERN = re.compile(f"[{HAN}]+")
#: A number with the word that it counts by.
_COUNTED_NUMBER_PATTERN = re.compile(f"[0-9]+[{HAN}]|[一二三四五六七八九十百]+[路号条期届楼]")


@dataclass
class SpellingVocabulary:
    """The terms of a site's public titles: frequencies, and indexes by sound and by removed character."""

    counts: Counter[str] = field(default_factory=Counter)
    #: Terms separated by blanks: lists would be tens of thousands of objects for the garbage collector.
    by_sound: dict[str, str] = field(default_factory=dict)
    by_rest: dict[str, str] = field(default_factory=dict)
    made_at: float = 0.0
    cost: float = 0.0
    last: object = None

    @classmethod
    def from_titles(cls, titles: Iterable[str], synonyms: Iterable[Synonym] = ()) -> "SpellingVocabulary":
        """Build the vocabulary from titles: words, pairs of neighbouring words, and their everyday synonyms."""
        vocabulary = cls()
        for title in titles:
            vocabulary.counts.update(split_title_terms(title))
        vocabulary.counts.update(word for word in load_weak_words() if word not in vocabulary.counts)
        known_words = set(vocabulary.counts)
        rows = list(synonyms)
        vocabulary.counts.update(
            {row.everyday for row in rows if 1 < len(row.everyday) <= MAX_TERM_CHARACTERS} - known_words
        )
        vocabulary.counts.update(
            {
                row.official
                for row in rows
                if 1 < len(row.official) <= MAX_TERM_CHARACTERS and not vocabulary.counts[row.official]
            }
        )
        by_sound, by_rest = defaultdict(list), defaultdict(list)
        for term in vocabulary.counts:
            by_sound[get_word_sound(term)].append(term)
            if len(term) > 2:
                for rest in remove_each_character(term):
                    by_rest[rest].append(term)
        vocabulary.by_sound = {text: " ".join(terms) for text, terms in by_sound.items()}
        vocabulary.by_rest = {rest: " ".join(terms) for rest, terms in by_rest.items()}
        return vocabulary

    def find_similar_terms(self, piece: str) -> list[str]:
        """Return the terms with similar characters or sound, or (from three characters) one different character."""
        alike = [term for term in list_similar_shapes(piece) if term in self.counts]
        alike += [term for term in self.by_sound.get(get_word_sound(piece), "").split() if term != piece]
        if len(piece) > 2:
            rests = (self.by_rest.get(rest, "").split() for rest in remove_each_character(piece))
            alike += [term for terms in rests for term in terms if term != piece]
        return list(dict.fromkeys(alike))


@lru_cache(maxsize=MAX_TITLES + 5_000)
def split_title_terms(title: str) -> frozenset[str]:
    """Return the words of a title, and pairs of neighbours (部门, 预算, 部门预算).

    Results are cached: a vocabulary is rebuilt after each new title, and splitting 20,000 titles
    takes seconds.
    """
    terms: set[str] = set()
    for run in _HAN_RUN_PATTERN.findall(fold(title)):
        parts = list_long_words(run)
        shorter = load_segmenter().cut_for_search(run)  # 住房公积金 holds 公积金
        terms.update(part for part in [*parts, *shorter] if 1 < len(part) <= MAX_TERM_CHARACTERS)
        pairs = (a + b for a, b in pairwise(parts) if a + b in run)
        terms.update(pair for pair in pairs if len(pair) <= MAX_TERM_CHARACTERS)
    return frozenset(map(sys.intern, terms))


@dataclass(frozen=True)
class SentenceSource:
    """Public sentences, other than titles, from which spellings are learnt, and a stamp that changes with them."""

    stamp: Callable[[], object]
    sentences: Callable[[], Iterable[str]]


_SENTENCE_SOURCES: dict[str, SentenceSource] = {}


def register_sentences(name: str, source: SentenceSource) -> None:
    """Add the words of these sentences to the vocabulary, replacing a source of the same name."""
    _SENTENCE_SOURCES[name] = source


#: Vocabulary by the primary key of its site; None: all sites.
_vocabularies: dict[int | None, SpellingVocabulary] = {}
#: True if a thread of this process rebuilds the vocabularies (`start_rebuilding_thread`), so that pages need not.
_in_background = threading.Event()


def load_vocabulary(website_id: int | None) -> SpellingVocabulary:
    """Return a site's vocabulary (None: all sites); in a server the last one built by its thread, initially empty."""
    if _in_background.is_set():
        return _vocabularies.get(website_id) or SpellingVocabulary()
    return rebuild_vocabulary(website_id)


def start_rebuilding_thread(wait: Callable[[], None]) -> None:
    """Start a thread that rebuilds the vocabularies of this process after changes, so that no request waits.

    Args:
        wait: called by the thread before its work, which would delay the first answers.
    """
    _in_background.set()
    terminology.use_threaded_terminology()
    threading.Thread(target=_rebuild_repeatedly, args=(wait,), name="spelling", daemon=True).start()


def _rebuild_repeatedly(wait: Callable[[], None]) -> None:
    """Thread: rebuild terms and vocabularies at intervals."""
    wait()
    while True:
        try:
            terminology.rebuild_terminology()
            for website_id in (None, *Website.objects.values_list("pk", flat=True)):
                rebuild_vocabulary(website_id)
        except Exception:  # the database is away for a while, or not set up yet
            logging.getLogger(__name__).warning("the search's vocabulary was not renewed", exc_info=True)
        close_old_connections()
        time.sleep(TITLE_CHECK_SECONDS)


def rebuild_vocabulary(website_id: int | None) -> SpellingVocabulary:
    """Return a site's vocabulary, rebuilt if titles changed and enough time passed."""
    kept = _vocabularies.get(website_id)
    last = _get_title_stamp(website_id)
    if kept and (kept.last == last or time.monotonic() - kept.made_at < kept.cost / MAX_REBUILD_TIME_SHARE):
        return kept
    started = time.monotonic()
    rows = _filter_by_site(website_id, shelf_visible_to(ANONYMOUS))
    titles = rows.order_by("-published_at", "-document").values_list("title", flat=True)[:MAX_TITLES]
    columns = _list_open_columns(website_id).values_list("name", flat=True)
    besides = [columns, *(source.sentences() for source in _SENTENCE_SOURCES.values())]
    vocabulary = SpellingVocabulary.from_titles(
        chain(titles.iterator(2000), *besides), terminology.load_terminology().synonyms
    )
    vocabulary.last, vocabulary.made_at, vocabulary.cost = last, time.monotonic(), time.monotonic() - started
    _vocabularies[website_id] = vocabulary
    return vocabulary


def _get_title_stamp(website_id: int | None) -> tuple[object, ...]:
    """Return a value that changes when titles, columns or taught words change."""
    newest = _filter_by_site(website_id, Shelf.objects.all()).order_by("-pk").values_list("pk", flat=True).first()
    columns = _list_open_columns(website_id).aggregate(n=Count("pk"), version=Sum("version"))
    return newest, *columns.values(), *(source.stamp() for source in _SENTENCE_SOURCES.values())


def _list_open_columns(website_id: int | None) -> QuerySet[Column]:
    """Return the open columns of a site, or of all sites."""
    columns = Column.objects.filter(opened_at__isnull=False, archived_at=None)
    return columns if website_id is None else columns.filter(website=website_id)


def _filter_by_site(website_id: int | None, rows: QuerySet[Shelf]) -> QuerySet[Shelf]:
    """Return the rows of a whole site, or of all sites if None."""
    return rows.filter(column=None) if website_id is None else rows.filter(website=website_id, column=None)


def clear_vocabularies() -> None:
    """Clear all vocabularies (tests, restored backups)."""
    _vocabularies.clear()
    terminology.clear_terminology()


def suggest_corrections(typed: str, website_id: int | None, finds: Callable[[str], bool] | None = None) -> list[str]:
    """Return up to three corrections of the typed words that have results, likeliest first.

    Args:
        typed: the words.
        website_id: one site, or all of them (None).
        finds: returns true if a proposal has results; by default by the site's search.
    """
    found_with = finds or (lambda proposal: has_public_results(proposal, website_id))
    vocabulary = load_vocabulary(website_id)
    weighed = _weigh_proposals(fold(typed).strip()[:30], vocabulary)
    best = sorted(weighed, key=lambda text: (-weighed[text], text))[: MAX_SUGGESTIONS * 4]
    found: list[str] = []
    for proposal in best:
        if len(found) < MAX_SUGGESTIONS and found_with(proposal):
            found.append(proposal)
    return found


def _weigh_proposals(typed: str, vocabulary: SpellingVocabulary) -> dict[str, float]:
    """Return weighted spellings with one piece replaced by a similar term; longer pieces weigh more."""
    weighed: dict[str, float] = {}
    if re.fullmatch(r"[a-z' ]{2,30}", typed):
        weighed |= _find_pinyin_meanings(typed, vocabulary)
    spans = find_word_spans(typed)
    for run in _HAN_RUN_PATTERN.finditer(typed):
        for start, end in _iterate_spans(run.start(), run.end()):
            piece = typed[start:end]
            cuts_a_word = any(first < start < last or first < end < last for first, last in spans)
            for term in vocabulary.find_similar_terms(piece):
                if cuts_a_word and not makes_longer_word(typed, typed[:start] + term + typed[end:]):
                    continue  # 检结 of 抽检结果 is no piece
                share = (end - start) / (run.end() - run.start())
                alike = get_word_sound(term) == get_word_sound(piece) or term in list_similar_shapes(piece)
                if not alike and term[-1] != piece[-1]:
                    continue  # the last character makes another noun of it: 医保局, 医保卡
                if not alike and len(term) == len(piece) and _is_word_apart(piece, term, vocabulary):
                    continue  # 用公积金 is no misspelt 取公积金
                weight = 4 * share + (2 if alike else 0) + min(vocabulary.counts[term], 50) / 50
                text = typed[:start] + term + typed[end:]
                weighed[text] = max(weight, weighed.get(text, 0))
    weighed.pop(typed, None)
    return {text: weight for text, weight in weighed.items() if not _changes_sense(typed, text)}


def _changes_sense(typed: str, proposed: str) -> bool:
    """Return true if a proposal counts something else, or replaces a typed word by one that sounds different.

    >>> _changes_sense("12路公交", "12坐公交"), _changes_sense("县长电话", "校长电话"), _changes_sense("住房公基金", "住房公积金")
    (True, True, False)
    """
    counted = {index for match in _COUNTED_NUMBER_PATTERN.finditer(typed) for index in range(*match.span())}
    if counted.intersection(find_differing_positions(typed, proposed)):
        return True
    return replaces_words(typed, proposed) and not is_alike(typed, proposed)


def _is_word_apart(piece: str, term: str, vocabulary: SpellingVocabulary) -> bool:
    """Return true if both end with a longer word of the vocabulary and differ in the character before it."""
    return piece[0] != term[0] and piece[1:] == term[1:] and piece[1:] in vocabulary.counts


def _iterate_spans(start: int, end: int) -> Iterable[tuple[int, int]]:
    """Yield (start, end) of all pieces of 2 or more characters, longest first."""
    for length in range(min(MAX_TERM_CHARACTERS, end - start), 1, -1):
        for first in range(start, end - length + 1):
            yield first, first + length


def _find_pinyin_meanings(typed: str, vocabulary: SpellingVocabulary) -> dict[str, float]:
    """Return the meanings of pinyin without tones: one term (yusuan → 预算), or several (jiaoyuyusuan → 教育 预算)."""
    plain = re.sub(r"[' ]", "", typed)
    typed_sounds = merge_near_sounds(plain)
    terms = [
        term
        for text, found in vocabulary.by_sound.items()
        if merge_near_sounds(text.replace("-", "")) == typed_sounds
        for term in found.split()
    ]
    ways = split_into_terms(plain, vocabulary.counts)
    if terms:
        likely = {term: 5 + min(vocabulary.counts[term], 50) / 50 for term in terms}
        return dict.fromkeys((way for way in ways if " " in way), 4.0) | likely
    if not ways and len(plain) <= MAX_INITIALS:
        return {
            term: 3 + min(vocabulary.counts[term], 50) / 50
            for term in vocabulary.counts
            if spell_pinyin_initials(term) == plain
        }
    if not ways and " " in typed:
        ways = _combine_group_meanings(typed.split(), vocabulary)
    return {way: 4 - way.count(" ") / 10 + min(_count_rarest(way, vocabulary), 50) / 500 for way in ways}


def _combine_group_meanings(groups: Sequence[str], vocabulary: SpellingVocabulary) -> list[str]:
    """Return the combined meanings of letter groups: gjj tiqu → 公积金 提取; empty if a group has none."""
    if len(groups) > MAX_SUGGESTIONS:
        return []
    readings = [_find_pinyin_meanings(group, vocabulary) for group in groups]
    likeliest = [sorted(reading, key=lambda text: -reading[text])[:MAX_SUGGESTIONS] for reading in readings]
    return [" ".join(parts) for parts in product(*likeliest)]


def _count_rarest(spelling: str, vocabulary: SpellingVocabulary) -> int:
    """Return the count of the rarest term of a spelling."""
    return min(vocabulary.counts[term] for term in spelling.split())


def has_public_results(proposal: str, website_id: int | None) -> bool:
    """Return true if a search for the proposed spelling has public results (None: on all sites)."""
    site = [] if website_id is None else [facets.make_facet_token("site", website_id)]
    known = terminology.load_terminology()
    meaning = interpret_search(proposal, known.synonyms, known.places)
    hits = fulltext_table.find_hits(
        [*meaning.ways, *list_spellings(select_needed_keywords(meaning.keywords))], 50, site
    )
    return is_any_visible(ANONYMOUS, [hit.edition for hit in hits])
