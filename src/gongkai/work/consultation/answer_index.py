"""Search of the Q&A base: an in-memory index for each process, updated at each question.

Changes since the last question are read by `changed_at`, so a new answer is found at once in all
processes.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.publishing.models import get_document_title
from gongkai.core.units.models import Body
from gongkai.lib import matching
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching import (
    EntryPart,
    compute_nearness_in_index,
    find_missing_details,
    find_missing_words,
    find_places,
    make_question_parts,
    make_search_tokens,
)
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.nearness import Nearness, get_subject_characters
from gongkai.lib.matching.synonyms import Synonyms
from gongkai.work.consultation import search_learning
from gongkai.work.consultation.models import Inquiry, KnownAnswer
from gongkai.work.consultation.queries import ENDED_VALIDITY_STATES, list_public_answers
from gongkai.work.consultation.states import ANSWER_MACHINE, SHOWN_STATES, AnswerState

# Decide whether an answer covers all of a question; otherwise it is only near. An answer on the same matter
# may leave out the point of the question. Checked are yes/no clauses (能不能, 行不行, …吗), special cases (…，也能…吗),
# numbers (times, months, yuan), years, and whether all words of the question occur in the answer.


#: Minimum share of the characters of a yes/no clause that must occur in the answer for it to count
#: as answered.
MIN_CLAUSE_SHARE = 0.9
#: Below this `Nearness.strength`, question and answer share only a general subject.
MIN_STRENGTH = 2.0
_CLAUSE_PATTERN = re.compile(r"[^,。?!;\n、:()]+")
_YES_NO_PATTERN = re.compile(r"吗|([行能可会要是有对算])不\1|能否|可否|是否|可不可以|有没有|[不没]$|能.{0,12}么|么$")
# Patterns of special cases, which refer to the earlier part of the question.
_SPECIAL_CASE_PATTERN = re.compile(r"[也还][能可算要有会得]|算不算|还是")
_YEAR_PATTERN = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")
_OTHER_YEAR_PATTERN = re.compile(r"大?前年|去年|往年|以前|当年|明年|后年")
_DIGIT_PATTERN = "[0-9一二两三四五六七八九十百千万半]"
# Question pattern of a number → pattern of an answer that states it.
_NUMBER_PATTERNS = (
    (re.compile(r"[几多少]次"), re.compile(rf"{_DIGIT_PATTERN}次|不限次")),
    (re.compile(r"几个?月|多少个?月"), re.compile(rf"{_DIGIT_PATTERN}个?月")),
    (re.compile(r"[几多少]天|多少日|几日"), re.compile(rf"{_DIGIT_PATTERN}(?:个?工作日|日|天)|当[日天场]")),
    (re.compile(r"几年|多少年"), re.compile(rf"{_DIGIT_PATTERN}年|长期")),
    (
        re.compile(r"多久|多长时间"),
        re.compile(rf"{_DIGIT_PATTERN}(?:个?工作日|个?月|日|天|年|小时|分钟)|当[日天场]|即时"),
    ),
    (re.compile(r"几点"), re.compile(rf"{_DIGIT_PATTERN}[点时:]|24小时|全天")),
    (re.compile(r"啥价|什么价|多少钱|几多?钱|收.{0,3}多少|几[百千万块]|几个点"), re.compile(r"[元%‰]|免费|不收")),
    (re.compile(r"罚款|罚多少|怎么罚"), re.compile("罚")),
    (re.compile(r"几折"), re.compile(rf"{_DIGIT_PATTERN}折|免费|%")),
    (re.compile(r"几路"), re.compile(rf"{_DIGIT_PATTERN}路")),
)


def find_open_points(question: str, content: str, synonyms: Synonyms, this_year: int) -> list[str]:
    """Return the points of a question that an answer leaves open.

    Args:
        this_year: the year that an answer implies; other years must be named in it.

    >>> find_open_points("住宿舍能不能领租房补贴", "青年人才租房补贴怎么领：每月600元。", Synonyms([]), 2026)
    ['住宿舍能不能领租房补贴']
    >>> find_open_points("低保一年审几次", "低保按户申请，每年审核。", Synonyms([]), 2026)
    ['几次']
    """
    folded, text = fold(question), fold(content)
    rows = [row for row in synonyms.find(folded) if row.official in text]
    meant = set(text).union(*(row.everyday for row in rows))
    points = [clause for clause in _find_yes_no_clauses(folded) if not _covers_clause(clause, meant)]
    points += [match[0] for ask, say in _NUMBER_PATTERNS if (match := ask.search(folded)) and not say.search(text)]
    points += [year for year in _YEAR_PATTERN.findall(folded) if year not in text and int(year) != this_year]
    points += [time for time in _OTHER_YEAR_PATTERN.findall(folded) if time not in text]
    return list(dict.fromkeys(points))


def find_uncertainties(
    question: str, content: tuple[EntryPart, ...], nearness: Nearness, synonyms: Synonyms, this_year: int
) -> list[str]:
    """Return the open points of a match, else its missing words, else a general doubt; [] if it is certain."""
    if nearness.same:
        return []
    points = find_open_points(question, "\n".join(part.text for part in content), synonyms, this_year)
    return (
        points
        or find_missing_words(question, content, synonyms)
        or ([] if nearness.strength >= MIN_STRENGTH else ["所问的具体情形"])
    )


def _find_yes_no_clauses(question: str) -> list[str]:
    """Return the clauses of a question that ask yes or no; all clauses if one asks about a special case."""
    clauses = [clause for clause in _CLAUSE_PATTERN.findall(question) if _YES_NO_PATTERN.search(clause)]
    return (
        _CLAUSE_PATTERN.findall(question)
        if any(_SPECIAL_CASE_PATTERN.search(clause) for clause in clauses)
        else clauses
    )


def _covers_clause(clause: str, answer_characters: set[str]) -> bool:
    """Return true if most of the subject characters of a clause are in the answer."""
    about = get_subject_characters(clause)
    return len(about & answer_characters) >= MIN_CLAUSE_SHARE * len(about)


# Minimum share of common words for the same question.
MIN_SAME_QUESTION_SIMILARITY = 0.6
# Margin for transactions that commit late; longer ones are noticed by the count.
LATE_COMMIT_MARGIN = timedelta(seconds=10)
# Seconds between two counts: on a large base a count costs more than the search.
SECONDS_BETWEEN_COUNTS = 1.0
# Minimum score of a suggestion: below it, inquiries share a word like 小区 or 孩子 with the answer, not the matter.
MIN_SUGGESTED_SCORE = 0.06
# Search hits among which `find_answer_rank` looks for an answer; an answer beyond them has no rank.
MAX_RANKED_HITS = 50


@dataclass(frozen=True)
class AnswerMatch:
    """An answer of the Q&A base that matches a question, with score, reasons and warnings."""

    answer: KnownAnswer
    score: float
    why: tuple[str, ...]
    flags: tuple[str, ...] = ()
    near: bool = True
    """True if the answer is about what was asked (`Nearness.near`)."""
    related: bool = True
    """True if an answer that is not near may be shown below the line 可能相关 (`Nearness.is_related`)."""
    offered: bool = True
    """True if it may be shown unasked or given to a machine (`Nearness.is_offered`) and has every detail asked for."""

    @property
    def suggested(self) -> bool:
        """Return true if the match may be suggested to a clerk who reads an inquiry."""
        close = self.near and self.related and self.score >= MIN_SUGGESTED_SCORE
        return self.offered or (close and self.why != (matching.NOTHING_SHARED_REASON,))


@dataclass(frozen=True)
class AnswerSearchResult:
    """The result of a search; `decision` is answer, candidates or hand_over."""

    decision: str
    found: tuple[AnswerMatch, ...]
    why: tuple[str, ...]

    @property
    def near(self) -> bool:
        """Return whether any match is near; otherwise the page reports no answer."""
        return any(match.near for match in self.found)

    @property
    def offered(self) -> tuple[AnswerMatch, ...]:
        """Return the matches with `AnswerMatch.offered`; none if the question goes to a person (`hand_over`)."""
        return () if self.decision == "hand_over" else tuple(match for match in self.found if match.offered)


#: The result of an empty question: no matches, the question goes to a person.
NO_RESULT = AnswerSearchResult("hand_over", (), ())


class _LiveIndex:
    """The index of this process over answers in `states`, with synonyms and weights."""

    def __init__(self, states: frozenset[str]) -> None:
        self.states = states
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all answers, so that the next search reads them again."""
        self._index: matching.Index | None = None
        self.known: dict[str, datetime] = {}
        self.newest: datetime | None = None
        self.count_at = 0.0
        self.taught: object = None
        self.home: tuple[str, ...] = ()
        self.wordings: Mapping[str, tuple[str, ...]] = {}

    @property
    def index(self) -> "matching.Index":
        """Return the index, an empty one before it was first built."""
        if self._index is None:
            self._index = matching.Index()
        return self._index

    def current(self) -> "matching.Index":
        """Return the index, updated with changes of answers and weights."""
        newest, taught = search_learning.get_change_stamp()
        with self.lock:
            if taught != self.taught:
                self._apply_learnt_weights(taught)
            if newest != self.newest or monotonic() >= self.count_at:
                self._synchronize_answers(newest)
            return self.index

    def rows(self, numbers: Iterable[str]) -> QuerySet[KnownAnswer]:
        """Return the answers in `states` with these primary keys."""
        return KnownAnswer.objects.filter(pk__in=map(int, numbers), state__in=self.states)

    def _apply_learnt_weights(self, taught: object) -> None:
        """Apply changed synonyms; changed weights or a new fit also empty the index."""
        use = search_learning.get_weights()
        if use != self.index.weights or self._get_last_fit(taught) != self._get_last_fit(self.taught):
            self.clear()
            self.wordings = search_learning.get_learnt_wordings(use)
        self.index.synonyms, self.index.weights = search_learning.get_synonyms(), use
        self.taught = taught

    @staticmethod
    def _get_last_fit(taught: object) -> object:
        """Return the part of a tuning fingerprint that changes with each new fit, or None."""
        return taught[0] if isinstance(taught, tuple) else None

    def _synchronize_answers(self, newest: datetime | None) -> None:
        """Add changed answers to the index; at intervals also correct it as a whole."""
        answers = KnownAnswer.objects.filter(state__in=self.states)
        since, self.newest = self.newest, newest
        if since is None:
            bodies = Body.objects.filter(parent=None).values_list("name", flat=True)
            self.home = tuple(place for name in bodies for place in find_places(name))
            self._index_answers(answers)
        elif newest != since:
            recent = answers.filter(changed_at__gt=since - LATE_COMMIT_MARGIN).values_list("pk", "changed_at")
            changed_keys = [pk for pk, at in recent.iterator(2000) if self.known.get(str(pk)) != at]
            for start in range(0, len(changed_keys), 500):
                self._index_answers(answers.filter(pk__in=changed_keys[start : start + 500]))
        self.count_at = monotonic() + SECONDS_BETWEEN_COUNTS
        if len(self.known) == answers.count():
            return
        existing = {str(pk) for pk in answers.values_list("pk", flat=True)}
        for removed_key in self.known.keys() - existing:
            self.index.remove(removed_key)
            del self.known[removed_key]
        missing = [int(pk) for pk in existing - self.known.keys()]
        for start in range(0, len(missing), 500):
            self._index_answers(answers.filter(pk__in=missing[start : start + 500]))

    def _index_answers(self, rows: QuerySet[KnownAnswer]) -> None:
        """Add answers to the index, or replace changed ones."""
        fields = ("pk", "changed_at", "question", "answer", "variants")
        for pk, at, question, answer, variants in rows.values_list(*fields).iterator(2000):
            number = str(pk)
            if self.known.get(number) == at:
                continue
            learnt = self.wordings.get(number, ())
            content = make_question_parts(question, answer, variants, weights=self.index.weights, learnt=learnt)
            self.index.add(number, content)
            self.known[number] = at


#: Index of the released answers, for the public and the hotline.
PUBLIC_INDEX = _LiveIndex(SHOWN_STATES)
#: Index that includes drafts, for staff who maintain the Q&A base and for the command line.
STAFF_INDEX = _LiveIndex(frozenset(ANSWER_MACHINE.labels) - {AnswerState.RETIRED})


def search_answers(question: str, *, k: int = 5, drafts: bool = False) -> AnswerSearchResult:
    """Search the Q&A base; return the decision with its reasons, and at most `k` matches, best first.

    `drafts` includes unreleased answers, for staff only.
    """
    live = STAFF_INDEX if drafts else PUBLIC_INDEX
    index = live.current()
    if not question.strip():
        return NO_RESULT
    decided = matching.decide_answer(index, question, k=k, rule=matching.DecisionRule(home=live.home))
    if not decided.hits:
        return AnswerSearchResult("hand_over", (), tuple(decided.why))
    hit_rows = live.rows(hit.id for hit in decided.hits)
    rows = hit_rows.select_related("body").prefetch_related("documents").in_bulk()
    best = max((hit.score for hit in decided.hits), default=0.0)
    read = (_make_match(index, question, hit, best, rows.get(int(hit.id))) for hit in decided.hits)
    matches = tuple(match for match in read if match is not None)
    if not any(match.near for match in matches):
        return AnswerSearchResult("hand_over", matches, tuple(decided.why))
    if decided.decision == "answer" and (
        matches[0].flags or (open_points := _describe_open_points(index, question, matches[0]))
    ):
        return AnswerSearchResult("candidates", matches, tuple(decided.why) if matches[0].flags else open_points)
    return AnswerSearchResult(decided.decision, matches, tuple(decided.why))


def _describe_open_points(index: "matching.Index", question: str, first_match: AnswerMatch) -> tuple[str, ...]:
    """Return a sentence on the points that the first answer does not cover, or nothing."""
    nearness = compute_nearness_in_index(index, question, str(first_match.answer.pk))
    texts = [first_match.answer.question, *first_match.answer.variants, first_match.answer.answer]
    content = tuple(EntryPart(text) for text in texts)
    points = find_uncertainties(question, content, nearness, index.synonyms, timezone.localdate().year)
    return (f"首条没有写明：{'、'.join(points[:3])}",) if points else ()


def find_public_offers(question: str, *, k: int = 3) -> list[KnownAnswer]:
    """Return public answers without flags that may be offered unasked (C-02)."""
    offered = [match.answer for match in search_answers(question[:400], k=k).offered]
    public = set(list_public_answers().filter(pk__in=[answer.pk for answer in offered]).values_list("pk", flat=True))
    return [answer for answer in offered if answer.pk in public and not find_flags(answer)]


def search_answers_for_inquiry(inquiry: Inquiry) -> AnswerSearchResult:
    """Search the Q&A base for answers that may be suggested for an inquiry."""
    result = search_answers(inquiry.question[:400])
    return replace(result, found=tuple(match for match in result.found if match.suggested))


def _make_match(
    index: "matching.Index", question: str, hit: "matching.IndexHit", best: float, answer: KnownAnswer | None
) -> AnswerMatch | None:
    """Return a search hit with its answer, reasons and flags, or None if the answer no longer exists."""
    if answer is None:
        return None
    try:
        nearness, reasons = (
            compute_nearness_in_index(index, question, hit.id),
            tuple(matching.explain_hit(index, question, hit.id)),
        )
        missing = find_missing_details(question, index.get_content(hit.id), index.synonyms)
    except KeyError:  # another thread has removed the answer
        return None
    is_near = nearness.near or any(reason.startswith(matching.SAME_NUMBER_PREFIX) for reason in reasons)
    if not is_near and reasons == (matching.NOTHING_SHARED_REASON,):
        return None  # found by chance
    offered = nearness.is_offered(hit.score) and (nearness.same or not missing)
    related = nearness.is_related(hit.score, best)
    return AnswerMatch(answer, hit.score, reasons, find_flags(answer), is_near, related, offered)


def find_near_answers(question: str, *, k: int) -> list[KnownAnswer]:
    """Return those of the first `k` hits that are near to an unfinished question, best first."""
    index = PUBLIC_INDEX.current()
    if not question.strip():
        return []
    ids = [hit.id for hit in index.search(question, k=k) if compute_nearness_in_index(index, question, hit.id).near]
    rows = PUBLIC_INDEX.rows(ids).select_related("body").in_bulk()
    return [rows[int(number)] for number in ids if int(number) in rows]


def find_answer_rank(answer: KnownAnswer, question: str) -> int | None:
    """Return the rank of an answer in use for a question (1 is the first); None beyond MAX_RANKED_HITS."""
    if not question.strip():
        return None
    hits = PUBLIC_INDEX.current().search(question, k=MAX_RANKED_HITS)
    return next((rank for rank, hit in enumerate(hits, 1) if hit.id == str(answer.pk)), None)


def list_first_answer_hits(question: str, *, k: int = 6) -> list[KnownAnswer]:
    """Return the first `k` hits for an unfinished question, near or not, best first."""
    hits = PUBLIC_INDEX.current().search(question, k=k) if question.strip() else []
    rows = PUBLIC_INDEX.rows(hit.id for hit in hits).select_related("body").in_bulk()
    return [rows[int(hit.id)] for hit in hits if int(hit.id) in rows]


def find_flags(answer: KnownAnswer) -> tuple[str, ...]:
    """Return the warnings about an answer: basis ended, or expired."""
    flags = [
        f"依据的文件已失效：{get_document_title(document)}"
        for document in answer.documents.all()
        if document.standing in ENDED_VALIDITY_STATES
    ]
    if answer.valid_until and answer.valid_until < timezone.localdate():
        flags.append(f"有效期至{answer.valid_until:%Y-%m-%d}，已经过期")
    return tuple(flags)


def find_duplicate_answers(question: str, *, excluded: int | None = None) -> list[KnownAnswer]:
    """Return the active answers to nearly the same question, except the one with the primary key `excluded`."""
    tokens = set(make_search_tokens(question))
    candidates = [
        known_answer for known_answer in list_first_answer_hits(question, k=10) if known_answer.pk != excluded
    ]
    return [
        known_answer
        for known_answer in candidates
        if compute_jaccard_similarity(tokens, set(make_search_tokens(known_answer.question)))
        >= MIN_SAME_QUESTION_SIMILARITY
    ]


def compute_jaccard_similarity(first_words: set[str], second_words: set[str]) -> float:
    """Return the Jaccard similarity of two sets of words; 0 for two empty ones."""
    return len(first_words & second_words) / len(first_words | second_words) if first_words | second_words else 0.0
