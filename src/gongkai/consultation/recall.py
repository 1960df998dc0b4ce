"""Finding what was answered before: an index in memory, in each process, brought up to date from the database at each question.

What changed since the last question is read by `changed_at`: a new answer is found by the next person at once, whichever process released it.
"""

import threading
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from gongkai.consultation.models import KnownAnswer
from gongkai.consultation.states import ANSWER, SHOWN, AnswerState
from gongkai.editions.models import Standing
from gongkai.matching import Index, decide, question_and_answer, search_tokens, why
from gongkai.publishing.documents import title_of

#: Two questions with this share of words in common are one question.
SAME_WORDS = 0.6
#: Standings of a document that no longer carries an answer.
ENDED = frozenset({Standing.REPEALED, Standing.EXPIRED})


@dataclass(frozen=True)
class Found:
    """One answer of the base that may answer a question: how near, why, and what speaks against its use now."""

    answer: KnownAnswer
    score: float
    why: tuple[str, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recalled:
    """What the base says to a question: `decision` is answer, candidates or hand_over (`matching.decide`)."""

    decision: str
    found: tuple[Found, ...]
    why: tuple[str, ...]


class _Live:
    """An index of this process over the answers in some states."""

    def __init__(self, states: frozenset[str]) -> None:
        self.states = states
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything (another database, as in tests)."""
        self.index = Index()
        self.known: dict[str, datetime] = {}
        self.stamp: tuple[datetime | None, int] = (None, 0)

    def current(self) -> Index:
        """Return the index as the database stands now; one small question where nothing changed."""
        shown = KnownAnswer.objects.filter(state__in=self.states)
        newest = KnownAnswer.objects.aggregate(at=Max("changed_at"))["at"]
        stamp = (newest, shown.count())
        with self.lock:
            if stamp != self.stamp:
                self._catch_up()
                self.stamp = stamp
            return self.index

    def _catch_up(self) -> None:
        rows = dict(KnownAnswer.objects.filter(state__in=self.states).values_list("pk", "changed_at"))
        now = {str(pk): at for pk, at in rows.items()}
        for gone in self.known.keys() - now.keys():
            self.index.remove(gone)
        changed = [int(pk) for pk, at in now.items() if self.known.get(pk) != at]
        for one in KnownAnswer.objects.filter(pk__in=changed).iterator(500):
            if str(one.pk) in self.index:
                self.index.remove(str(one.pk))
            self.index.add(str(one.pk), question_and_answer(one.question, one.answer, one.variants))
        self.known = now


LIVE = _Live(SHOWN)
#: Drafts, too: for those who work on the base and ask it at the command line.
WHOLE = _Live(frozenset(ANSWER.labels) - {AnswerState.RETIRED})


def recall(question: str, *, k: int = 5, drafts: bool = False) -> Recalled:
    """Return what the base says to a question, best first, with the reasons and what speaks against using it.

    `drafts` looks into answers that are not released yet, too; nobody outside is answered with those.
    """
    index = (WHOLE if drafts else LIVE).current()
    if not question.strip():
        return Recalled("hand_over", (), ())
    decided = decide(index, question, k=k)
    rows = (
        KnownAnswer.objects.select_related("body")
        .prefetch_related("documents")
        .in_bulk([int(hit.id) for hit in decided.hits])
    )
    found = tuple(
        Found(rows[int(hit.id)], hit.score, tuple(why(index, question, hit.id)), flags_of(rows[int(hit.id)]))
        for hit in decided.hits
        if int(hit.id) in rows
    )
    flagged = decided.decision == "answer" and bool(found and found[0].flags)
    return Recalled("candidates" if flagged else decided.decision, found, tuple(decided.why))


def suggest(question: str, *, k: int = 6) -> list[KnownAnswer]:
    """Return the answers nearest to what somebody is typing, best first."""
    hits = LIVE.current().search(question, k=k) if question.strip() else []
    rows = KnownAnswer.objects.select_related("body").in_bulk([int(hit.id) for hit in hits])
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
    near = [one for one in suggest(question, k=10) if one.pk != besides]
    return [one for one in near if shared(own, set(search_tokens(one.question))) >= SAME_WORDS]


def shared(one: set[str], other: set[str]) -> float:
    """Return the share of words that both have among all words of both."""
    return len(one & other) / len(one | other) if one | other else 0.0
