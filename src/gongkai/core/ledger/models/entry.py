"""The entry: one row for everything that somebody owes."""

from collections.abc import Callable
from datetime import datetime

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from gongkai.core.units.models import Body, Office
from gongkai.core.vault.sealing import Secret

#: Neither closed nor paused: what has a green, yellow or red light.
RUNNING = Q(closed_at=None, paused=False)


def overdue_at(moment: datetime | None = None, prefix: str = "") -> Q:
    """Return the condition for what is past its due time (red) at a moment (now): a clock that stands still is not late.

    `prefix` leads to the entry, as in `entry__`.
    """
    facts = {"closed_at": None, "paused": False, "due_at__lt": moment or timezone.now()}
    return Q(**{f"{prefix}{name}": value for name, value in facts.items()})


def closed_late(prefix: str = "") -> Q:
    """Return the condition for what was closed behind its due time."""
    return Q(**{f"{prefix}closed_at__gt": F(f"{prefix}due_at")})


#: The lights in the order of the numbers that `light_case` gives.
LIGHTS = ("grey_red", "grey", "blue", "red", "yellow", "green")


def light_case(moment: datetime | None = None, prefix: str = "", *before: When) -> Case:
    """Return the number of an entry's light (its place in `LIGHTS`) as a column to count by; the same rules as `law.light`.

    One column to group by is asked once of a row, where a count with a condition for each light is asked as often as there are lights.

    Args:
        moment: the one that counts (now).
        prefix: leads to the entry, as in `entry__`.
        before: what stands apart from the lights; its numbers are the caller's.
    """
    now = moment or timezone.now()
    conditions = (
        closed_late(prefix),
        Q(**{f"{prefix}closed_at__isnull": False}),
        Q(**{f"{prefix}paused": True}),
        Q(**{f"{prefix}due_at__lt": now}),
        Q(**{f"{prefix}warn_at__lte": now, f"{prefix}due_at__isnull": False}),
    )
    lights = [When(one, then=Value(number)) for number, one in enumerate(conditions)]
    return Case(*before, *lights, default=Value(len(LIGHTS) - 1), output_field=models.SmallIntegerField())


class Audience(models.TextChoices):
    """Who may see an entry at all, beside the body that owes it and the 政务公开 office above it."""

    STAFF = "staff", "全体工作人员"
    PARTIES = "parties", "当事单位"
    CHIEF = "chief", "仅政务公开办与承办处室"


class EntryQuerySet(models.QuerySet["Entry", "Entry"]):
    """Named conditions on entries; `now` is the moment that counts (this one)."""

    def open(self) -> "EntryQuerySet":
        """Those not closed."""
        return self.filter(closed_at=None)

    def running(self) -> "EntryQuerySet":
        """Those neither closed nor paused."""
        return self.filter(RUNNING)

    def paused(self) -> "EntryQuerySet":
        """The open ones whose clock stands still."""
        return self.filter(closed_at=None, paused=True)

    def overdue(self, now: datetime | None = None) -> "EntryQuerySet":
        """The running ones past their due time (red): a range on a partial index."""
        return self.filter(overdue_at(now))

    def due_soon(self, now: datetime | None = None) -> "EntryQuerySet":
        """The running ones that are due soon (yellow)."""
        moment = now or timezone.now()
        return self.running().filter(warn_at__lte=moment, due_at__gte=moment)

    def on_course(self, now: datetime | None = None) -> "EntryQuerySet":
        """The running ones that are neither late nor due soon (green), those without a date among them."""
        moment = now or timezone.now()
        soon = Q(warn_at__isnull=True) | Q(warn_at__gt=moment)
        return self.running().filter(soon, Q(due_at__isnull=True) | Q(due_at__gte=moment))


class Entry(models.Model):
    """One obligation of one body: an assignment, an inquiry, a request, a rectification.

    Times are computed from the entry's clock events (`ledger.clock`) by its rule set: `rules`, or its kind's. `due_at` is the last moment (the end
    of the last day allowed); `warn_at` is when yellow begins. `version` counts changes: an action that was given an older one is refused. `state`
    belongs to the kind's machine and is set by actions only.
    """

    kind = models.CharField("类别", max_length=24)
    number = models.CharField("编号", max_length=40, unique=True)
    title = models.CharField("事项", max_length=300)
    body = models.ForeignKey(Body, models.PROTECT, related_name="entries", verbose_name="承办单位")
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="承办处室"
    )
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=24)
    opened_at = models.DateTimeField("建立时间")
    due_at = models.DateTimeField("到期时间", null=True, blank=True)
    warn_at = models.DateTimeField("预警时间", null=True, blank=True)
    paused = models.BooleanField("暂停计时", default=False)
    provisional = models.BooleanField("到期日暂定", default=False)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    outcome = models.CharField("办理结果", max_length=24, blank=True)
    rules = models.CharField("期限规则", max_length=32, blank=True)
    audience = models.CharField("可见范围", max_length=12, choices=Audience, default=Audience.PARTIES)
    external_ref = models.CharField("外部编号", max_length=120, blank=True)
    moved_at = models.DateTimeField("最近变动", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账记录"
        indexes = [
            # What is open with some units, and their lights, from the index alone: who supervises them does not see every kind.
            models.Index(
                fields=["body", "due_at", "id", "kind"],
                condition=Q(closed_at=None),
                name="entry_open_of_body",
            ),
            models.Index(
                fields=["body", "due_at", "warn_at", "kind"], condition=RUNNING, name="entry_running_of_body"
            ),
            models.Index(
                fields=["due_at", "id", "year", "kind", "paused", "warn_at"],
                condition=Q(closed_at=None),
                name="entry_open_by_due",
            ),
            models.Index(
                fields=["kind", "state", "due_at", "id"], condition=Q(closed_at=None), name="entry_open_state"
            ),
            # Lights: running entries only, so that red and yellow are counted from the index alone (year and kind stand in it for that).
            models.Index(
                fields=["due_at", "body", "year", "kind"], condition=RUNNING, name="entry_running_due"
            ),
            models.Index(
                fields=["warn_at", "due_at", "body", "year", "kind"],
                condition=RUNNING,
                name="entry_running_warn",
            ),
            models.Index(
                fields=["due_at", "id", "year", "kind"],
                condition=Q(closed_at=None, paused=True),
                name="entry_paused_due",
            ),
            # What a year's accounts (统计, the leader's sheet, the timeline) count by: a million rows are counted from the index alone.
            models.Index(
                fields=["year", "kind", "body", "due_at", "closed_at", "warn_at", "paused", "outcome"],
                name="entry_account",
            ),
            models.Index(fields=["year", "-opened_at", "-id"], name="entry_year_opened"),
            models.Index(fields=["body", "-opened_at", "-id"], name="entry_body_opened"),
            models.Index(fields=["kind", "year", "body"], name="entry_kind_year_body"),
            models.Index(fields=["-opened_at", "-id"], name="entry_opened"),
            # The same by number, for accounts by what another table knows (a task's section): both are gone through side by side.
            models.Index(
                fields=["year", "kind", "id", "due_at", "closed_at", "warn_at", "paused", "outcome"],
                name="entry_account_by_id",
            ),
            models.Index(
                fields=["closed_at", "kind", "outcome", "due_at"],
                condition=Q(closed_at__isnull=False),
                name="entry_closed_at",
            ),
            # All by due date; what closed late; a year's by outcome (look-back); the few that all staff may see, beside whatever else is asked.
            models.Index(fields=["due_at", "id"], name="entry_due"),
            models.Index(fields=["-opened_at", "-id"], condition=closed_late(), name="entry_closed_late"),
            models.Index(
                fields=["year", "outcome", "id"],
                condition=~Q(outcome__in=["", "done"]),
                name="entry_year_outcome",
            ),
            models.Index(fields=["body", "id"], condition=Q(audience="staff"), name="entry_for_staff"),
            # What words are looked for in (`ledger.words`): from title to title.
            models.Index(fields=["title"], name="entry_title"),
            models.Index(fields=["external_ref"], condition=~Q(external_ref=""), name="entry_external_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    #: What somebody outside wrote, as far as whoever looks may read it; said by `ledger.subjects.with_subjects` of what a page shows.
    subject = ""
    #: Whether whoever looks reads in the clear what people outside wrote in it; said with `subject`.
    revealed = False
    #: Hides the people of this entry in a text; set by `ledger.subjects`.
    deidentifier: Callable[[str], str] | None = None

    def as_read(self, text: str | Secret) -> str:
        """Return a text of this entry as its reader sees it: as written where `revealed`, else de-identified."""
        from gongkai.core.ledger.subjects import as_read

        return as_read(self, text)

    @property
    def heading(self) -> str:
        """What pages call it: what it is about where that is known and may be read, else its title."""
        return self.subject or self.title

    @property
    def light(self) -> str:
        """The name of this entry's light now (`law.light`): green, yellow, red, blue, grey or grey_red."""
        from gongkai.core.ledger.clock import light_of

        return light_of(self)

    @property
    def state_label(self) -> str:
        """The words of this entry's state."""
        from gongkai.core.ledger.kinds import state_label

        return state_label(self)

    @property
    def work_label(self) -> str:
        """What the button to this entry's page is called where no action of it is offered."""
        from gongkai.core.ledger.kinds import kind_of

        return kind_of(self.kind).work

    @property
    def url(self) -> str:
        """The address of this entry's page."""
        from gongkai.core.ledger.kinds import url_of

        return url_of(self)

    @property
    def register(self) -> tuple[str, str]:
        """The words and the address of the list that this entry's page leads back to."""
        from gongkai.core.ledger.kinds import list_of

        return list_of(self)

    @property
    def stream(self) -> str:
        """The name of this entry's stream in the log."""
        return f"entry/{self.pk}"
