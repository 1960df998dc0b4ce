"""Finding what was answered before: an index in memory, in each process, brought up to date from the database at each question.

What changed since the last question is read by `changed_at`: a new answer is found by the next person at once, whichever process released it.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.publishing.documents import title_of
from gongkai.core.units.models import Body
from gongkai.lib import matching
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching import (
    Part,
    near_to,
    places,
    question_and_answer,
    search_tokens,
    unsaid,
    unsaid_words,
)
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.nearness import Nearness, subject
from gongkai.lib.matching.synonyms import Synonyms
from gongkai.work.consultation import learning
from gongkai.work.consultation.models import Inquiry, KnownAnswer
from gongkai.work.consultation.queries import ENDED, public_answers
from gongkai.work.consultation.states import ANSWER, SHOWN, AnswerState

# Whether an entry of the base says all that a question asks: only then it is named as the answer, else it is near. Pure.
#
# The decision of `matching` weighs how near question and entry are; an entry about the same matter may still leave out what was asked. Looked at
# are: whether something is so (能不能, 行不行, …吗) and what somebody's case has of its own (…，也能…吗); how many times, months, yuan; the year,
# by number or by word; whether every word of what is asked stands there; and how much question and entry have in common at all.


#: Of what somebody wants to know whether it is so, this share of the characters must stand in the entry.
SAID = 0.9
#: Below this strength (`Nearness.strength`) question and entry share a matter at most.
SURE = 2.0
_CLAUSE = re.compile(r"[^,。?!;\n、:()]+")
_WHETHER = re.compile(r"吗|([行能可会要是有对算])不\1|能否|可否|是否|可不可以|有没有|[不没]$|能.{0,12}么|么$")
#: A special case is asked about: what was said before belongs to the question.
_TOO = re.compile(r"[也还][能可算要有会得]|算不算|还是")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")
_OTHER_TIME = re.compile(r"大?前年|去年|往年|以前|当年|明年|后年")
_DIGIT = "[0-9一二两三四五六七八九十百千万半]"
#: What is counted → how an entry that says it is written.
_COUNTED = (
    (re.compile(r"[几多少]次"), re.compile(rf"{_DIGIT}次|不限次")),
    (re.compile(r"几个?月|多少个?月"), re.compile(rf"{_DIGIT}个?月")),
    (re.compile(r"[几多少]天|多少日|几日"), re.compile(rf"{_DIGIT}(?:个?工作日|日|天)|当[日天场]")),
    (re.compile(r"几年|多少年"), re.compile(rf"{_DIGIT}年|长期")),
    (
        re.compile(r"多久|多长时间"),
        re.compile(rf"{_DIGIT}(?:个?工作日|个?月|日|天|年|小时|分钟)|当[日天场]|即时"),
    ),
    (re.compile(r"几点"), re.compile(rf"{_DIGIT}[点时:]|24小时|全天")),
    (
        re.compile(r"啥价|什么价|多少钱|几多?钱|收.{0,3}多少|几[百千万块]|几个点"),
        re.compile(r"[元%‰]|免费|不收"),
    ),
    (re.compile(r"罚款|罚多少|怎么罚"), re.compile("罚")),
    (re.compile(r"几折"), re.compile(rf"{_DIGIT}折|免费|%")),
    (re.compile(r"几路"), re.compile(rf"{_DIGIT}路")),
)


def open_points(question: str, content: str, synonyms: Synonyms, this_year: int) -> list[str]:
    """Return what a question asks and an entry leaves open, in the question's words; nothing where it may be named as the answer.

    >>> open_points("住宿舍能不能领租房补贴", "青年人才租房补贴怎么领：每月600元。", Synonyms([]), 2026)
    ['住宿舍能不能领租房补贴']
    >>> open_points("低保一年审几次", "低保按户申请，每年审核。", Synonyms([]), 2026)
    ['几次']

    Args:
        question: as it was asked.
        content: the whole entry.
        synonyms: of the office.
        this_year: an entry speaks of now; another year must be named in it.
    """
    asked, text = fold(question), fold(content)
    rows = [row for row in synonyms.find(asked) if row.official in text]
    meant = set(text).union(*(row.everyday for row in rows))
    points = [clause for clause in _whether(asked) if not _says(clause, meant)]
    points += [found[0] for ask, say in _COUNTED if (found := ask.search(asked)) and not say.search(text)]
    points += [year for year in _YEAR.findall(asked) if year not in text and int(year) != this_year]
    points += [time for time in _OTHER_TIME.findall(asked) if time not in text]
    return list(dict.fromkeys(points))


def unsure(
    question: str, content: tuple[Part, ...], near: Nearness, synonyms: Synonyms, this_year: int
) -> list[str]:
    """Return why an entry is only near: what `open_points` finds, words that it lacks, or too little in common; nothing for the very question."""
    if near.same:
        return []
    points = open_points(question, "\n".join(part.text for part in content), synonyms, this_year)
    return (
        points
        or unsaid_words(question, content, synonyms)
        or ([] if near.strength >= SURE else ["所问的具体情形"])
    )


def _whether(asked: str) -> list[str]:
    """Return the clauses that ask whether something is so; all of a question that asks about a special case."""
    clauses = [clause for clause in _CLAUSE.findall(asked) if _WHETHER.search(clause)]
    return _CLAUSE.findall(asked) if any(_TOO.search(clause) for clause in clauses) else clauses


def _says(clause: str, meant: set[str]) -> bool:
    about = subject(clause)
    return len(about & meant) >= SAID * len(about)


#: Two questions with this share of words in common are one question.
SAME_WORDS = 0.6
#: What another transaction changed so long before the newest change may only now be seen; a longer one is noticed by the count.
LATE = timedelta(seconds=10)
#: Seconds between two counts of what there is: over a large base a count costs more than the search.
COUNT_EVERY = 1.0
#: Places that are looked through for an answer.
DEEPEST = 50


@dataclass(frozen=True)
class Found:
    """One answer of the base that may answer a question: how near, why, and what speaks against its use now."""

    answer: KnownAnswer
    score: float
    why: tuple[str, ...]
    flags: tuple[str, ...] = ()
    near: bool = True
    """It is about what was asked (`Nearness.near`)."""
    related: bool = True
    """What is not near may stand below the line 可能相关 (`Nearness.related`); the rest is chance, and the public is not shown it."""
    offered: bool = True
    """It may stand before somebody who did not look for it, or be given to a machine (`Nearness.offered`), and says what was asked."""


@dataclass(frozen=True)
class Recalled:
    """What the base says to a question: `decision` is answer, candidates or hand_over (`matching.decide`)."""

    decision: str
    found: tuple[Found, ...]
    why: tuple[str, ...]

    @property
    def near(self) -> bool:
        """Whether anything found is near: else a page says that there is nothing, and shows what there is as a last resort."""
        return any(match.near for match in self.found)

    @property
    def offered(self) -> tuple[Found, ...]:
        """Return what may be said unasked; nothing where the base hands over to a person."""
        return () if self.decision == "hand_over" else tuple(match for match in self.found if match.offered)


#: Where nothing was asked.
NOTHING = Recalled("hand_over", (), ())


class _Live:
    """An index of this process over the answers in some states, with the office's own synonyms, weights and learnt wordings."""

    def __init__(self, states: frozenset[str]) -> None:
        self.states = states
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything (another database, as in tests; other weights)."""
        self._index: matching.Index | None = None
        self.known: dict[str, datetime] = {}
        self.newest: datetime | None = None
        self.count_at = 0.0
        self.taught: object = None
        self.home: tuple[str, ...] = ()
        self.wordings: Mapping[str, tuple[str, ...]] = {}

    @property
    def index(self) -> "matching.Index":
        """The index; an empty one is made where it is first asked for (numpy is read then, and not by whoever asks the base nothing)."""
        if self._index is None:
            self._index = matching.Index()
        return self._index

    def current(self) -> "matching.Index":
        """Return the index as the database stands now; a few small questions where nothing changed."""
        newest, taught = learning.stamp()
        with self.lock:
            if taught != self.taught:
                self._learn(taught)
            if newest != self.newest or monotonic() >= self.count_at:
                self._catch_up(newest)
            return self.index

    def rows(self, numbers: Iterable[str]) -> QuerySet[KnownAnswer]:
        """Return the answers of some hits that still are in these states: what went since is not shown, whatever the index has."""
        return KnownAnswer.objects.filter(pk__in=map(int, numbers), state__in=self.states)

    def _learn(self, taught: object) -> None:
        """Search with other synonyms and weights; where those of the entries changed, everything is put in anew."""
        use = learning.weights_in_use()
        if use != self.index.weights or self._last_fit(taught) != self._last_fit(self.taught):
            self.clear()
            self.wordings = learning.wordings(use)
        self.index.synonyms, self.index.weights = learning.synonyms_in_use(), use
        self.taught = taught

    @staticmethod
    def _last_fit(taught: object) -> object:
        """Return which fit a stamp speaks of: another fit teaches other wordings, even where its weights are the same."""
        return taught[0] if isinstance(taught, tuple) else None

    def _catch_up(self, newest: datetime | None) -> None:
        """Put in what changed since the last time; look through all only where the number does not fit (something went)."""
        shown = KnownAnswer.objects.filter(state__in=self.states)
        since, self.newest = self.newest, newest
        if since is None:
            own = Body.objects.filter(parent=None).values_list("name", flat=True)
            self.home = tuple(place for name in own for place in places(name))
            self._put_in(shown)
        elif newest != since:
            recent = shown.filter(changed_at__gt=since - LATE).values_list("pk", "changed_at")
            new = [pk for pk, at in recent.iterator(2000) if self.known.get(str(pk)) != at]
            for start in range(0, len(new), 500):
                self._put_in(shown.filter(pk__in=new[start : start + 500]))
        self.count_at = monotonic() + COUNT_EVERY
        if len(self.known) == shown.count():
            return
        there = {str(pk) for pk in shown.values_list("pk", flat=True)}
        for gone in self.known.keys() - there:
            self.index.remove(gone)
            del self.known[gone]
        missing = [int(pk) for pk in there - self.known.keys()]
        for start in range(0, len(missing), 500):
            self._put_in(shown.filter(pk__in=missing[start : start + 500]))

    def _put_in(self, rows: QuerySet[KnownAnswer]) -> None:
        fields = ("pk", "changed_at", "question", "answer", "variants")
        for pk, at, question, answer, variants in rows.values_list(*fields).iterator(2000):
            number = str(pk)
            if self.known.get(number) == at:
                continue
            learnt = self.wordings.get(number, ())
            content = question_and_answer(
                question, answer, variants, weights=self.index.weights, learnt=learnt
            )
            self.index.add(number, content)
            self.known[number] = at


LIVE = _Live(SHOWN)
#: Drafts, too: for those who work on the base and ask it at the command line.
WHOLE = _Live(frozenset(ANSWER.labels) - {AnswerState.RETIRED})


def recall(question: str, *, k: int = 5, drafts: bool = False) -> Recalled:
    """Return what the base says to a question, best first, with the reasons and what speaks against using it.

    `drafts` looks into answers that are not released yet, too; nobody outside is answered with those.
    """
    live = WHOLE if drafts else LIVE
    index = live.current()
    if not question.strip():
        return NOTHING
    decided = matching.decide(index, question, k=k, rule=matching.Rule(home=live.home))
    if not decided.hits:
        return Recalled("hand_over", (), tuple(decided.why))
    hits = live.rows(hit.id for hit in decided.hits)
    rows = hits.select_related("body").prefetch_related("documents").in_bulk()
    best = max((hit.score for hit in decided.hits), default=0.0)
    read = (_read(index, question, hit, best, rows.get(int(hit.id))) for hit in decided.hits)
    found = tuple(match for match in read if match is not None)
    if not any(one.near for one in found):
        return Recalled("hand_over", found, tuple(decided.why))
    if decided.decision == "answer" and (found[0].flags or (left := _left_open(index, question, found[0]))):
        return Recalled("candidates", found, tuple(decided.why) if found[0].flags else left)
    return Recalled(decided.decision, found, tuple(decided.why))


def _left_open(index: "matching.Index", question: str, first: Found) -> tuple[str, ...]:
    """Return why the first answer is only near: what of the question it leaves open; nothing where it is the very question."""
    near = near_to(index, question, str(first.answer.pk))
    texts = [first.answer.question, *first.answer.variants, first.answer.answer]
    content = tuple(Part(text) for text in texts)
    points = unsure(question, content, near, index.synonyms, timezone.localdate().year)
    return (f"首条没有写明：{'、'.join(points[:3])}",) if points else ()


def public_offers(question: str, *, k: int = 3) -> list[KnownAnswer]:
    """Return the public answers that may stand before somebody who did not look for them: a form, the receipt of a mail (C-02)."""
    offered = [match.answer for match in recall(question[:400], k=k).offered]
    public = set(public_answers().filter(pk__in=[known.pk for known in offered]).values_list("pk", flat=True))
    return [known for known in offered if known.pk in public and not flags_of(known)]


def of_inquiry(inquiry: Inquiry) -> Recalled:
    """Return what the base says to an inquiry: on its page and in the form that answers it alike."""
    return recall(inquiry.question[:400])


def _read(
    index: "matching.Index", question: str, hit: "matching.Hit", best: float, known: KnownAnswer | None
) -> Found | None:
    """Return a hit with what a page says of it; None where the answer went while the question was asked."""
    if known is None:
        return None
    try:
        nearness, reasons = near_to(index, question, hit.id), tuple(matching.why(index, question, hit.id))
        missing = unsaid(question, index.content(hit.id), index.synonyms)
    except KeyError:  # another question's thread has taken it out since
        return None
    near = nearness.near or any(reason.startswith(matching.SAME_NUMBER) for reason in reasons)
    offered = nearness.offered(hit.score) and (nearness.same or not missing)
    related = nearness.related(hit.score, best)
    return Found(known, hit.score, reasons, flags_of(known), near, related, offered)


def nearest(question: str, *, k: int) -> list[KnownAnswer]:
    """Return the answers that are about what somebody is typing, best first; none where only signs are alike."""
    index = LIVE.current()
    if not question.strip():
        return []
    near = [hit.id for hit in index.search(question, k=k) if near_to(index, question, hit.id).near]
    rows = LIVE.rows(near).select_related("body").in_bulk()
    return [rows[int(number)] for number in near if int(number) in rows]


def place_of(known: KnownAnswer, question: str) -> int | None:
    """Return the place at which the base has an answer for a question (1 is the first); None where it is not among the nearest."""
    if not question.strip():
        return None
    hits = LIVE.current().search(question, k=DEEPEST)
    return next((place for place, hit in enumerate(hits, 1) if hit.id == str(known.pk)), None)


def suggest(question: str, *, k: int = 6) -> list[KnownAnswer]:
    """Return the answers nearest to what somebody is typing, best first."""
    hits = LIVE.current().search(question, k=k) if question.strip() else []
    rows = LIVE.rows(hit.id for hit in hits).select_related("body").in_bulk()
    return [rows[int(hit.id)] for hit in hits if int(hit.id) in rows]


def flags_of(known: KnownAnswer) -> tuple[str, ...]:
    """Return what speaks against answering with this now: a basis that ended, a day that passed."""
    flags = [
        f"依据的文件已失效：{title_of(document)}"
        for document in known.documents.all()
        if document.standing in ENDED
    ]
    if known.valid_until and known.valid_until < timezone.localdate():
        flags.append(f"有效期至{known.valid_until:%Y-%m-%d}，已经过期")
    return tuple(flags)


def alike(question: str, *, besides: int | None = None) -> list[KnownAnswer]:
    """Return answers in the base that ask nearly the same words, in whatever order, so that nothing stands there twice."""
    own = set(search_tokens(question))
    near = [known_answer for known_answer in suggest(question, k=10) if known_answer.pk != besides]
    return [
        known_answer
        for known_answer in near
        if shared(own, set(search_tokens(known_answer.question))) >= SAME_WORDS
    ]


def shared(one: set[str], other: set[str]) -> float:
    """Return the share of words that both have among all words of both."""
    return len(one & other) / len(one | other) if one | other else 0.0
