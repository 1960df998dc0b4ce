"""Bring documents outside the library in step with their own days and words."""

from datetime import date, datetime, timedelta

from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from gongkai.content.editions.frozen import Frozen
from gongkai.content.editions.models import Document, Edition, EditionContent, Shelf, Standing
from gongkai.content.editions.standing import DatedStanding, state_on
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.stated import begin_words, end_words, only_last_day, read_stated_facts, unlike_text
from gongkai.content.publishing.actions import set_standing
from gongkai.core.units.actors import SYSTEM
from gongkai.core.widgets.asked import day_asked
from gongkai.lib.richtext import plain
from gongkai.lib.typed_json import text

#: Standings from which the days and words of a text decide. A decision is final.
UNDECIDED = frozenset({Standing.IN_FORCE, Standing.NOT_YET, Standing.AMENDED, Standing.OPEN_ENDED})
#: The job reads editions again that became public so recently.
RECENT_EDITION_PERIOD = timedelta(days=30)


def find_unlike_days(frozen: Frozen, day: date) -> list[str]:
    """Return how the days of a text outside the library differ from those its words state, to be mended before it is public on a day."""
    given = text(frozen.facts, "standing")
    if given not in UNDECIDED:
        return []
    begins, ends, made = (day_asked(text(frozen.facts, name)) for name in ("effective_on", "ends_on", "written_on"))
    record, words = PolicyRecord(effective_on=begins, ends_on=ends, made_on=made), plain(frozen.html)
    if given == Standing.NOT_YET and begins is None and begin_words(words, frozen.title):
        return []
    return unlike_text(record, frozen.title, words, day, "本页")


def update_dated_standing(document: Document, content: EditionContent, day: date) -> bool:
    """Set a document's validity as its public text has it on a day; return whether it changed.

    Days that its fields leave open are those that its words state.

    A text that ends by its own words with an event is neither in force nor ended (没有宣布失效); the
    note has the words.
    """
    given = text(content.facts, "standing")
    if given not in UNDECIDED or (document.standing not in UNDECIDED and not is_expired_by_date(document)):
        return False
    begins, ends = (day_asked(text(content.facts, name)) for name in ("effective_on", "ends_on"))
    words = plain(content.html)
    begins = begins or read_stated_facts(words).begins
    ends = ends or only_last_day(words, begins, content.title)
    state, note = state_on(DatedStanding(given, None, begins, ends), day), ""
    if state == Standing.IN_FORCE and ends is None and (said := end_words(words, content.title)):
        state, note = Standing.OPEN_ENDED, said
    if state == document.standing and (state != Standing.OPEN_ENDED or note == document.standing_note):
        return False
    since = ends + timedelta(days=1) if ends and state == Standing.EXPIRED else begins
    on = since if since and since <= day else day
    set_standing(document, by=SYSTEM, standing=state, on=on, note=note, successor=document.successor)
    return True


def is_expired_by_date(document: Document) -> bool:
    """Return whether a document is expired because the last day of one of its editions has passed."""
    if document.standing != Standing.EXPIRED or document.standing_on is None:
        return False
    last = (document.standing_on - timedelta(days=1)).isoformat()
    return Edition.objects.filter(document=document, content__facts__ends_on=last).exists()


def update_dated_standings(now: datetime) -> int:
    """Job: update documents outside the library whose day has come or whose edition is recent;
    return how many changed. May be repeated safely."""
    day = timezone.localdate(now)
    today = day.isoformat()
    live = Shelf.objects.filter(Q(until_at=None) | Q(until_at__gt=now), column=None, from_at__lte=now)
    rows = live.filter(document__policy=None).annotate(
        ends=Cast(KeyTextTransform("ends_on", "edition__content__facts"), TextField()),
        begins=Cast(KeyTextTransform("effective_on", "edition__content__facts"), TextField()),
    )
    ended = Q(standing__in=UNDECIDED, ends__gt="", ends__lt=today)
    coming = Q(standing__in=UNDECIDED - {Standing.NOT_YET}, begins__gt=today)
    begun = Q(standing=Standing.NOT_YET, begins__lte=today)
    recent = Q(standing=Standing.IN_FORCE, edition__visible_from__gte=now - RECENT_EDITION_PERIOD)
    found = rows.filter(ended | coming | begun | recent | Q(standing=Standing.EXPIRED, ends__gte=today))
    editions = Edition.objects.filter(pk__in=list(found.values_list("edition", flat=True)))
    return sum(
        update_dated_standing(edition.document, edition.content, day)
        for edition in editions.select_related("document__successor", "content")
    )
