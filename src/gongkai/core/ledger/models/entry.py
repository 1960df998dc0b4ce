"""The entry: one row for every obligation of a unit."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body, Office
from gongkai.core.vault.sealing import EncryptedSecret
from gongkai.core.widgets.request_cache import clocks_stand_still

#: Filter of entries that are neither closed nor paused: those with a green, yellow or red light.
RUNNING_ENTRIES = Q(closed_at=None, paused=False)


#: A moment before all deadlines, used to compute lights while nothing counts as late.
BEFORE_ALL_DEADLINES = datetime(1970, 1, 2, tzinfo=UTC)


def choose_light_moment(moment: datetime | None = None) -> datetime:
    """Return the moment at which lights are computed: the given one (default: now), or one before all deadlines."""
    return BEFORE_ALL_DEADLINES if clocks_stand_still() else moment or timezone.now()


def make_overdue_filter(moment: datetime | None = None, prefix: str = "") -> Q:
    """Return the filter for entries past their due time at a moment (default: now); paused are not late.

    `prefix` is the lookup of the entry, as in `entry__`.
    """
    facts = {"closed_at": None, "paused": False, "due_at__lt": choose_light_moment(moment)}
    return Q(**{f"{prefix}{name}": value for name, value in facts.items()})


def make_closed_late_filter(prefix: str = "") -> Q:
    """Return the filter for entries closed after their due time."""
    return Q(**{f"{prefix}closed_at__gt": F(f"{prefix}due_at")})


#: Lights in the order of the numbers of `make_light_case`.
LIGHTS_IN_ORDER = ("grey_red", "grey", "blue", "red", "yellow", "green")


def make_light_case(moment: datetime | None = None, prefix: str = "", *before: When) -> Case:
    """Return a CASE expression with the number of an entry's light, by the rules of `law.explain`.

    Grouping by one column is cheaper than one conditional count for each light.

    Args:
        moment: the moment (default: now).
        prefix: the lookup of the entry, as in `entry__`.
        before: cases that take precedence over the lights, with the caller's numbers.
    """
    now = choose_light_moment(moment)
    conditions = (
        make_closed_late_filter(prefix),
        Q(**{f"{prefix}closed_at__isnull": False}),
        Q(**{f"{prefix}paused": True}),
        Q(**{f"{prefix}due_at__lt": now}),
        Q(**{f"{prefix}warn_at__lte": now, f"{prefix}due_at__isnull": False}),
    )
    lights = [When(query, then=Value(number)) for number, query in enumerate(conditions)]
    return Case(*before, *lights, default=Value(len(LIGHTS_IN_ORDER) - 1), output_field=models.SmallIntegerField())


class Audience(models.TextChoices):
    """Users who may see an entry in addition to the 政务公开办 above its unit: all staff, the units concerned, or only the
    entry's own office (`CHIEF`)."""

    STAFF = "staff", "全体工作人员"
    PARTIES = "parties", "当事单位"
    CHIEF = "chief", "仅政务公开办与承办处室"


class EntryQuerySet(models.QuerySet["Entry", "Entry"]):
    """Named filters on entries; `now` defaults to the current moment."""

    def open(self) -> "EntryQuerySet":
        """Return the entries that are not closed."""
        return self.filter(closed_at=None)

    def running(self) -> "EntryQuerySet":
        """Return the entries that are neither closed nor paused."""
        return self.filter(RUNNING_ENTRIES)

    def paused(self) -> "EntryQuerySet":
        """Return the open entries with a paused clock."""
        return self.filter(closed_at=None, paused=True)

    def overdue(self, now: datetime | None = None) -> "EntryQuerySet":
        """Return running entries past their due time (red), through a partial index."""
        return self.filter(make_overdue_filter(now))

    def due_soon(self, now: datetime | None = None) -> "EntryQuerySet":
        """Return running entries that are due soon (yellow)."""
        moment = choose_light_moment(now)
        return self.running().filter(warn_at__lte=moment, due_at__gte=moment)

    def on_schedule(self, now: datetime | None = None) -> "EntryQuerySet":
        """Return running entries neither late nor due soon (green), including those without a due date."""
        moment = choose_light_moment(now)
        soon = Q(warn_at__isnull=True) | Q(warn_at__gt=moment)
        return self.running().filter(soon, Q(due_at__isnull=True) | Q(due_at__gte=moment))


class Entry(models.Model):
    """One obligation of one body: an assignment, an inquiry, a request, a rectification.

    Times are computed from the entry's clock events (`ledger.clock`) by its rule set: `rules`, or its kind's.
    `due_at` is the last moment (the end of the last day allowed); `warn_at` is when yellow begins. `version` counts
    changes: an action that was given an older one is refused. `state` belongs to the kind's machine and is set by
    actions only.
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
            # Open entries and lights of some units, from the index alone; supervisors
            # do not see every kind.
            models.Index(
                fields=["body", "due_at", "id", "kind"],
                condition=Q(closed_at=None),
                name="entry_open_of_body",
            ),
            models.Index(
                fields=["body", "due_at", "warn_at", "kind"], condition=RUNNING_ENTRIES, name="entry_running_of_body"
            ),
            models.Index(
                fields=["due_at", "id", "year", "kind", "paused", "warn_at"],
                condition=Q(closed_at=None),
                name="entry_open_by_due",
            ),
            models.Index(
                fields=["kind", "state", "due_at", "id"], condition=Q(closed_at=None), name="entry_open_state"
            ),
            # Lights: running entries only, so that red and yellow are counted from
            # the index (hence year and kind).
            models.Index(
                fields=["due_at", "body", "year", "kind"], condition=RUNNING_ENTRIES, name="entry_running_due"
            ),
            models.Index(
                fields=["warn_at", "due_at", "body", "year", "kind"],
                condition=RUNNING_ENTRIES,
                name="entry_running_warn",
            ),
            models.Index(
                fields=["due_at", "id", "year", "kind"],
                condition=Q(closed_at=None, paused=True),
                name="entry_paused_due",
            ),
            # Yearly totals (统计, the leader's sheet, the timeline): a million rows are
            # counted from the index alone.
            models.Index(
                fields=["year", "kind", "body", "due_at", "closed_at", "warn_at", "paused", "outcome"],
                name="entry_account",
            ),
            models.Index(fields=["year", "-opened_at", "-id"], name="entry_year_opened"),
            models.Index(fields=["body", "-opened_at", "-id"], name="entry_body_opened"),
            models.Index(fields=["kind", "year", "body"], name="entry_kind_year_body"),
            models.Index(fields=["-opened_at", "-id"], name="entry_opened"),
            # The newest of a kind, for the search in outside persons' texts.
            models.Index(fields=["kind", "id"], name="entry_kind_id"),
            # The same by id, for totals grouped by another table (a task's section):
            # a merge join of both.
            models.Index(
                fields=["year", "kind", "id", "due_at", "closed_at", "warn_at", "paused", "outcome"],
                name="entry_account_by_id",
            ),
            models.Index(
                fields=["closed_at", "kind", "outcome", "due_at"],
                condition=Q(closed_at__isnull=False),
                name="entry_closed_at",
            ),
            # All by due date; late closings; outcomes of a year (look-back); the few
            # visible to all staff.
            models.Index(fields=["due_at", "id"], name="entry_due"),
            models.Index(fields=["-opened_at", "-id"], condition=make_closed_late_filter(), name="entry_closed_late"),
            models.Index(
                fields=["year", "outcome", "id"],
                condition=~Q(outcome__in=["", "done"]),
                name="entry_year_outcome",
            ),
            models.Index(fields=["body", "id"], condition=Q(audience="staff"), name="entry_for_staff"),
            # For the search in titles (`ledger.filters`), which steps from title to
            # title.
            models.Index(fields=["title"], name="entry_title"),
            models.Index(fields=["external_ref"], condition=~Q(external_ref=""), name="entry_external_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    #: Text that an outside person wrote, as far as the reader may see it; set by
    #: `ledger.outside_texts.set_subjects`.
    subject = ""
    #: True if the reader sees outside persons' text unmasked; set together with `subject`.
    revealed = False
    #: Masks the outside persons of this entry in a text; set by `ledger.outside_texts`.
    deidentifier: Callable[[str], str] | None = None

    def as_read(self, text: str | EncryptedSecret) -> str:
        """Return a text as the current reader may see it: unchanged if `revealed`, else de-identified."""
        from gongkai.core.ledger.outside_texts import mask_unless_revealed

        return mask_unless_revealed(self, text)

    @property
    def heading(self) -> str:
        """Return the heading on pages: the subject if the reader may see it, else the title."""
        return self.subject or self.title

    @property
    def light(self) -> str:
        """Return the name of the present light: green, yellow, red, blue, grey or grey_red."""
        from gongkai.core.ledger.clock import get_light

        return get_light(self)

    @property
    def state_label(self) -> str:
        """Return the Chinese label of the state."""
        from gongkai.core.ledger.kinds import state_label

        return state_label(self)

    @property
    def work_label(self) -> str:
        """Return the label of the link to the entry's page if no action is offered: 查看 while another must act."""
        from gongkai.core.ledger.kinds import get_kind

        kind = get_kind(self.kind)
        return "查看" if self.state in kind.waiting else kind.work

    @property
    def url(self) -> str:
        """Return the URL of the entry's page."""
        from gongkai.core.ledger.kinds import get_entry_url

        return get_entry_url(self)

    @property
    def register(self) -> tuple[str, str]:
        """Return (label, URL) of the list that the entry's page links back to."""
        from gongkai.core.ledger.kinds import get_list_link

        return get_list_link(self)

    stream = RowName("entry")
