"""Open entries for the units that enforce a law when its official library changes (A-04).

The unit compares its text with the library's (`policies`, 本部门执行) and closes the entry. A unit
has at most one open entry for a law. The first reading of a library opens no entries.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from gongkai.content.policies.models import KeptText
from gongkai.core.acts.action import ActionResult, Notification, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import get_end_of_due_day, make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import EntryKind, get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_judge, check_may_work
from gongkai.core.units.models import Role
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law import add_workdays, get_figures_in_force
from gongkai.oversight.gathering.models import Gathered, LawUpdate, Source
from gongkai.oversight.gathering.near_duplicates import strip_punctuation
from gongkai.oversight.gathering.states import LAW_UPDATE_MACHINE, LawUpdateState

LAW_UPDATE_KIND_NAME = "law_update"
LAW_UPDATE_KIND = EntryKind(
    name=LAW_UPDATE_KIND_NAME,
    label="法规库更新",
    prefix="法规",
    rules=LAW_UPDATE_KIND_NAME,
    machine=LAW_UPDATE_MACHINE,
    actions=(f"{LAW_UPDATE_KIND_NAME}.finish", f"{LAW_UPDATE_KIND_NAME}.drop"),
    onward=(f"{LAW_UPDATE_KIND_NAME}.finish",),
    related=("law_update__kept", "law_update__gathered"),
)
#: Additions around the name of a law: （2019修订）, 中华人民共和国.
_BRACKETED_ADDITION_RE = re.compile(r"[（(〔\[][^）)〕\]]*[）)〕\]]")
_COUNTRY_PREFIX = "中华人民共和国"
#: Minimum length of a name that identifies a law.
MIN_LAW_NAME_CHARACTERS = 6


def get_bare_name(title: str) -> str:
    """Return the name of a law without additions in brackets, punctuation and 中华人民共和国."""
    return strip_punctuation(_BRACKETED_ADDITION_RE.sub("", title)).removeprefix(_COUNTRY_PREFIX)


def is_same_law(stored_title: str, found_title: str) -> bool:
    """Return true if the title of a library's entry (`found_title`) is that of a stored law (`stored_title`).

    The entry has the same name, or is an act about it (关于修改……的决定).
    """
    own, its = get_bare_name(stored_title), get_bare_name(found_title)
    if len(own) < MIN_LAW_NAME_CHARACTERS:
        return own == its
    return own == its or (own in its and its.startswith(("关于修改", "国务院关于修改", "关于废止", "国务院关于废止")))


def open_law_updates(source: Source, changed_entries: Sequence[Gathered], by: Actor) -> list[Entry]:
    """Open and return an entry for each stored text of a changed law.

    While earlier pages of the library's list are still being read, a new entry counts only if it was published since
    the last reading.
    """
    if not source.laws or source.succeeded_at is None:
        return []
    if source.back_at:
        changed_entries = [row for row in changed_entries if _is_news(row, source.succeeded_at)]
    waiting = LawUpdate.objects.filter(entry__closed_at=None, kept__isnull=False).values("kept")
    rows = KeptText.objects.filter(body__path__startswith=find_government(source.body).path).exclude(pk__in=waiting)
    changes = [
        (kept_text, gathered)
        for kept_text in rows.select_related("record", "body")
        for gathered in _list_changes_about(kept_text, changed_entries)[:1]
    ]
    due = add_workdays(timezone.localdate(), int(get_figures_in_force()["law_update.period"].value)).due
    entries = [
        Entry(
            kind=LAW_UPDATE_KIND_NAME,
            title=f"核对法规库新版：{kept_text.record}"[:300],
            body=kept_text.body,
            year=timezone.localdate().year,
            opened_at=timezone.now(),
            due_at=get_end_of_due_day(due),
        )
        for kept_text, _ in changes
    ]
    make_entries(entries, by=by, words=f"“{source}”有新版或者改动")
    LawUpdate.objects.bulk_create(
        LawUpdate(entry=entry, kept=changed_text, gathered=gathered)
        for entry, (changed_text, gathered) in zip(entries, changes, strict=True)
    )
    return entries


def _is_news(row: Gathered, last_read_at: datetime) -> bool:
    """Return True if an entry was stored at the last reading of its source, or is dated that day or later."""
    known = row.found_at <= last_read_at
    return known or (
        row.written_at is not None and timezone.localdate(row.written_at) >= timezone.localdate(last_read_at)
    )


def _list_changes_about(kept_text: KeptText, changed_entries: Sequence[Gathered]) -> list[Gathered]:
    """Return the changed entries of a library that concern the law of a unit's stored text."""
    return [gathered for gathered in changed_entries if is_same_law(str(kept_text.record.title), gathered.title)]


def build_update_notifications(entries: Iterable[Entry]) -> tuple[Notification, ...]:
    """Return a notification of each law update entry to the clerks of its unit."""
    return tuple(
        Notification(
            subject=entry.title[:120],
            body=f"{entry.title}（{entry.number}）。请对照来源核对本部门执行的文本，需要更新的采用来源文字后送审公开。",
            link=get_entry_url(entry),
            key=f"law_update:{entry.pk}",
            posts=((Role.CLERK, entry.body_id),),
        )
        for entry in entries
    )


def get_compare_url(update: LawUpdate) -> str:
    """Return the URL where the unit compares its text with the changed law, or ""."""
    return reverse("policies:kept_one", args=[update.kept_id]) if update.kept_id else ""


def _check_compared(entry: Entry) -> list[str]:
    """Return the reason against closing an update: the unit's text was not compared since; [] if it was, or is gone."""
    kept_text, opened = entry.law_update.kept, entry.opened_at
    if kept_text is None or opened is None:
        return []
    since = kept_text.checked_on is not None and kept_text.checked_on >= timezone.localdate(opened)
    return [] if since else ["还没有对照来源核对，请先在“本部门执行的法规规章”中核对。"]


@entry_action(LAW_UPDATE_KIND_NAME, "finish", label="已核对", rule=check_may_work, ready=_check_compared)
def finish_update(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Close an update after the text was compared and updated."""
    kept_text = entry.law_update.kept
    result = f"核对结果：{kept_text.get_result_display()}" if kept_text else "已不再执行"
    entry.outcome = LawUpdateState.DONE
    return ActionResult(words="；".join(one for one in (result, words.strip()) if one), events=(make_event("closed"),))


@entry_action(LAW_UPDATE_KIND_NAME, "drop", label="无须更新", rule=check_may_judge)
def drop_update(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Close an update that concerns another text, with the reason."""
    reason = require_text(reason, "请写明理由。", 2)
    entry.outcome = LawUpdateState.NONE
    return ActionResult(words=reason, events=(make_event("closed"),))
