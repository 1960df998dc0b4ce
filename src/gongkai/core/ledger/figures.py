"""Figures over very many rows: counted once in a while, shown with the moment that they are of; over fewer rows nothing is kept.

class Matrix(Question[Part]): …        what is counted, over which rows
register_question(MATRIX)              in the room's AppConfig.ready, so that due work can ask it again
ask(MATRIX, part, by=actor)            the figures for a page, as they were last counted where they are of `MANY` rows and more
count(MATRIX, part, by=actor)          the figures of this moment: for reports, exports and whatever else must be exact

What is kept stands under a digest of the question and of the statement that chooses the rows (`visible_to` and all): who would count other rows
finds nothing of it. Due work counts anew what somebody looked at lately (`recount`), one process at a time; where it does not run, whoever
finds figures older than `MOST` counts them.
"""

import logging
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, DatabaseError, router
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.digest import digest
from gongkai.core.ledger.models import Figure
from gongkai.core.units.actors import ANONYMOUS, Actor, actor_of
from gongkai.lib.typed_json import Record

logger = logging.getLogger(__name__)
Subject = TypeVar("Subject")

#: Rows from which figures are kept: fewer are counted in a twentieth of a second.
MANY = 50_000
#: Figures younger than this are not counted anew; figures older than this are not shown, if somebody can count them.
FRESH, MOST = timedelta(minutes=2), timedelta(minutes=15)
#: What nobody looked at for so long is forgotten (a leader looks once a week and shall not wait then); a process that counts for so long is
#: taken to be dead.
WANTED, DEAD = timedelta(days=8), timedelta(minutes=5)
#: Seconds of one run of `recount`.
SECONDS = 20.0
#: Named, not asked of the router: a public page goes on reading its replica when its figures were written down.
_WRITTEN = Figure.objects.using(DEFAULT_DB_ALIAS)


@dataclass(frozen=True)
class Counted:
    """What was counted, as JSON, and over how many rows."""

    found: object
    rows: int


@dataclass(frozen=True)
class Answer:
    """What was found, of which moment; `kept` where it was not counted for whoever asks."""

    found: object
    at: datetime
    kept: bool = False

    @property
    def as_of(self) -> datetime | None:
        """The moment that a page names: none where the figures are of now."""
        return self.at if self.kept else None


class Question(ABC, Generic[Subject]):
    """Something that pages count over many rows. Nothing but the subject and the rows may decide what comes out."""

    name: ClassVar[str]
    #: Rows from which its figures are kept, where they cost more than a row of an index each; none: `MANY`.
    many: ClassVar[int | None] = None

    @abstractmethod
    def asked(self, subject: Subject) -> Record:
        """Return the numbers by which the subject is found again."""

    @abstractmethod
    def subject(self, asked: Record) -> Subject | None:
        """Find it again; nothing where it is gone."""

    @abstractmethod
    def rows(self, subject: Subject, by: Actor) -> "QuerySet[Model, Model]":
        """Return what is counted of it for somebody: what they may see."""

    @abstractmethod
    def count(self, subject: Subject, rows: "QuerySet[Model, Model]", now: datetime) -> Counted:
        """Count."""


QUESTIONS: dict[str, Question] = {}  # type: ignore[type-arg]


def register_question(question: Question[Subject]) -> None:
    """Enter a question, so that due work can ask it again."""
    QUESTIONS[question.name] = question


def count(
    question: Question[Subject], subject: Subject, *, by: object, now: datetime | None = None
) -> Answer:
    """Return the figures of this moment."""
    moment = now or timezone.now()
    return Answer(question.count(subject, question.rows(subject, actor_of(by)), moment).found, moment)


def ask(question: Question[Subject], subject: Subject, *, by: object) -> Answer:
    """Return the figures for a page: where they are of very many rows, as they were last counted."""
    actor, now = actor_of(by), timezone.now()
    rows = question.rows(subject, actor)
    key = "" if actor.system else _key(question, subject, rows)
    last = Figure.objects.filter(pk=key).first() if key else None
    if last and (last.at > now - MOST or not _mine(last, now)):
        _look(last, now)
        return Answer(last.found, last.at, kept=True)
    found = question.count(subject, rows, now)
    if key and (last or found.rows >= _many(question)):
        _keep(key, question, subject, actor, found, now)
    return Answer(found.found, now)


def recount(*, seconds: float = SECONDS) -> dict[str, int]:
    """Count anew what was looked at since it was counted, and what would soon be too old to be shown; the oldest first."""
    end, done = time.monotonic() + seconds, 0
    Figure.objects.filter(wanted__lt=timezone.now() - WANTED).delete()
    now = timezone.now()
    due = Q(at__lt=now - FRESH, wanted__gt=F("at")) | Q(at__lt=now - (MOST - 2 * FRESH))
    for last in Figure.objects.filter(due).order_by("at"):
        if time.monotonic() > end:
            break
        done += _again(last)
    return {"recounted": done}


def _again(last: Figure) -> bool:
    """Count one anew as whoever looked at it last; what they would be shown otherwise now is forgotten."""
    now, question = timezone.now(), QUESTIONS.get(last.question)
    subject, actor = question and question.subject(last.asked), _asker(last.user)
    if question is None or subject is None or actor is None:
        last.delete()
        return False
    rows = question.rows(subject, actor)
    if _key(question, subject, rows) != last.pk:
        last.delete()
        return False
    if not _mine(last, now):
        return False
    _keep(last.pk, question, subject, actor, question.count(subject, rows, now), now)
    return True


def _many(question: Question[Subject]) -> int:
    return MANY if question.many is None else question.many


def _asker(user: int | None) -> Actor | None:
    """Return who asked; nothing where they may not sign in any more."""
    if user is None:
        return ANONYMOUS
    found = get_user_model().objects.filter(pk=user, is_active=True).first()
    return actor_of(found) if found else None


def _key(question: Question[Subject], subject: Subject, rows: "QuerySet[Model, Model]") -> str:
    """Return what the figures stand under: question, subject, and the statement with its values; nothing where there is nothing to count."""
    try:
        statement, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return ""
    return digest(repr((question.name, sorted(question.asked(subject).items()), statement, values)), "sha256")


def _mine(last: Figure, now: datetime) -> bool:
    """Take it upon oneself to count anew; False where another process is at it, and where a replica is read: the primary may be away."""
    free = Q(counting=None) | Q(counting__lt=now - DEAD)
    return _reads_primary() and bool(_WRITTEN.filter(free, pk=last.pk).update(counting=now))


def _look(last: Figure, now: datetime) -> None:
    """Note that somebody looked, once in a while; a page that is read from a replica writes nothing."""
    if last.wanted < max(last.at, now - FRESH) and _reads_primary():
        _WRITTEN.filter(pk=last.pk).update(wanted=now)


def _reads_primary() -> bool:
    return router.db_for_read(Figure) == DEFAULT_DB_ALIAS


def _keep(
    key: str, question: Question[Subject], subject: Subject, actor: Actor, found: Counted, now: datetime
) -> None:
    """Keep what was counted; of few rows nothing."""
    try:
        if found.rows < _many(question):
            _WRITTEN.filter(pk=key).delete()
            return
        facts = {"found": found.found, "at": now, "counting": None}
        if not _WRITTEN.filter(pk=key).update(**facts):
            asked = {"question": question.name, "asked": dict(question.asked(subject)), "user": actor.user_id}
            _WRITTEN.update_or_create(pk=key, defaults=facts | asked | {"wanted": now})
    except DatabaseError:
        # A page that has its figures is shown, whether or not they can be kept (a replica is read while the primary is away).
        logger.exception("figures are not kept (%s)", question.name)
