"""Remarks, and urging (催办)."""

from collections.abc import Iterable
from datetime import datetime, time

from django.utils import timezone

from gongkai.acts.action import Refused, Step, Tell
from gongkai.acts.models import Movement
from gongkai.chinese.days import as_day, day_in_words
from gongkai.files.store import Named
from gongkai.ledger.actions.attaching import attach
from gongkai.ledger.entry_action import shared_action
from gongkai.ledger.kinds import url_of
from gongkai.ledger.models import Comment, Entry
from gongkai.ledger.rules import is_open, judge, says
from gongkai.units.actors import Actor
from gongkai.units.models import Role


@shared_action("comment", label="备注", rule=says, quiet=True)
def comment(entry: Entry, *, by: Actor, text: str, files: Iterable[Named] = ()) -> Step:
    """Add a remark, with files; whoever sees the entry may, closed or not. Returns the `Comment`."""
    words = text.strip()
    kept = list(files)
    if not words and not kept:
        raise Refused("请填写备注内容。")
    made = Comment.objects.create(
        entry=entry, person_id=by.person_id, author=by.name, text=words or "（见附件）"
    )
    attach(entry, kept, by=by, comment=made)
    return Step(
        words=made.text, facts={"comment": made.pk, "files": [one.stored.pk for one in kept]}, result=made
    )


def _not_urged_today(entry: Entry) -> list[str]:
    """Once a day is enough: a second reminder on one day is noise."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    urged = Movement.objects.filter(stream=entry.stream, action="ledger.urge", at__gte=midnight)
    return [*is_open(entry), *(["今天已经催办过，明天可以再催。"] if urged.exists() else [])]


@shared_action("urge", label="催办", rule=judge, ready=_not_urged_today, quiet=True)
def urge(entry: Entry, *, by: Actor, words: str = "") -> Step:
    """Remind the owing body by hand: its clerks and its head, once a day for each entry."""
    day = timezone.localdate()
    due = f"，{day_in_words(as_day(entry.due_at))}到期" if entry.due_at else ""
    tell = Tell(
        subject=f"催办：{entry.title[:60]}",
        body=f"{by.name}催办“{entry.title}”（{entry.number}{due}）。{words}",
        link=url_of(entry),
        key=f"urge:{entry.pk}:{day.isoformat()}",
        posts=((Role.CLERK, entry.body_id), (Role.LEAD, entry.body_id)),
        urgent=True,
    )
    return Step(words=words or "催办", tell=(tell,))
