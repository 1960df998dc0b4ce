"""Retention: personal data goes when it is no longer needed; digests in the log and figures stay.

Source: 个人信息保护法第十九条 (the shortest time needed), 第四十七条 (deleted when the purpose is reached); the number of days is the
installation's (rule set `personal_data`, figure `intake.retention`).
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from gongkai.acts.action import ActionResult, action
from gongkai.acts.actors import Actor
from gongkai.files.place import files_storage
from gongkai.intake.matters import matter_of
from gongkai.intake.models import Party, QueryCode, Upload
from gongkai.intake.particulars import DIGESTS, SECRET
from gongkai.law import Event, default_calendar, due, rule_sets
from gongkai.ledger.rules import system_only
from gongkai.outbox.models import Letter
from gongkai.vault.sealing import keyed_digest

_AT_ONCE = 500


def schedule_erasure(matter: str, closed_on: date | None) -> date | None:
    """Say from when a matter's personal data goes: so long after it was closed; None (opened again): not yet.

    Called by a room within the action that closes or opens the matter.
    """
    return schedule_erasures([matter], closed_on)


def schedule_erasures(matters: Sequence[str], closed_on: date | None) -> date | None:
    """Say it of many matters that close together, some hundreds in a statement."""
    day = (
        due([Event("closed", closed_on)], rule_sets()["personal_data"], default_calendar(), closed_on).date
        if closed_on
        else None
    )
    for start in range(0, len(matters), _AT_ONCE):
        some = matters[start : start + _AT_ONCE]
        Party.objects.filter(matter__in=some, erased_at=None).update(erase_on=day)
    return day


def _due(party: Party) -> list[str]:
    if party.erased_at:
        return ["个人信息已经清除。"]
    if party.erase_on is None or party.erase_on > timezone.localdate():
        return ["保存期限未到，不能清除。"]
    return []


@action("intake.erase_party", label="清除个人信息", rule=system_only, ready=_due)
def erase_party(party: Party, *, by: Actor) -> ActionResult:
    """Erase who somebody is, their files, their code and the room's words of it. What stays: kind, dates, a digest of what was there."""
    said = "\0".join(getattr(party, name).reveal() for name in SECRET)
    party.erased_digest = keyed_digest("erased", f"{party.pk}\0{said}")
    for name in SECRET:
        setattr(party, name, "")
    for column, _ in DIGESTS.values():
        setattr(party, column, "")
    party.erased_at = timezone.now()
    party.save()
    files = _erase_files(party.matter)
    QueryCode.objects.filter(matter=party.matter, revoked_at=None).update(revoked_at=party.erased_at)
    Letter.objects.filter(recipient=party.recipient).exclude(body="").update(body="")
    found = matter_of(party.matter)
    if found:
        found[0].erase(found[1])
    return ActionResult(
        words="保存期满，清除个人信息",
        facts={"digest": party.erased_digest, "files": files, "matter": party.matter},
    )


def _erase_files(matter: str) -> int:
    """Forget the keys of a matter's files, without which nobody reads them, and delete them once that is certain."""
    rows = Upload.objects.filter(matter=matter, erased_at=None)
    places = list(rows.values_list("place", flat=True))
    rows.update(key="", erased_at=timezone.now(), name="（已清除）")
    transaction.on_commit(lambda: _delete(places))
    return len(places)


def _delete(places: list[str]) -> None:
    for place in places:
        files_storage().delete(place)
