"""Retention of personal data: erase it when due; digests in the log and statistics stay.

A person who left neither name nor contact has no `Party`; the query code carries the date, a revoked one if none was
issued, and their words are erased alike.

Source: 个人信息保护法第十九条 (shortest necessary period), 第四十七条 (deletion). The number of days is a setting
(rule set `personal_data`, figure `intake.retention`).
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.storage import get_files_storage
from gongkai.core.intake.held_forms import ENCRYPTED_LABELS, SEARCH_DIGESTS
from gongkai.core.intake.matter_access import digest_missing_code
from gongkai.core.intake.matters import parse_matter
from gongkai.core.intake.models import Party, QueryCode, Upload
from gongkai.core.ledger.rules import check_system
from gongkai.core.outbox.models import Letter
from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.law import Event, build_rule_sets, compute_due, default_calendar

_BATCH_SIZE = 500


def schedule_erasure(matter: str, closed_on: date | None) -> date | None:
    """Schedule the erasure of a matter's personal data after its closing day, and return its day; None cancels it.

    Call it inside the action that closes or reopens the matter.
    """
    return schedule_erasures([matter], closed_on)


def schedule_erasures(matters: Sequence[str], closed_on: date | None) -> date | None:
    """Schedule the erasure of several matters that close together; return its day, None if they reopen."""
    day = (
        compute_due(
            [Event("closed", closed_on)], build_rule_sets()["personal_data"], default_calendar(), closed_on
        ).date
        if closed_on
        else None
    )
    for start in range(0, len(matters), _BATCH_SIZE):
        batch = matters[start : start + _BATCH_SIZE]
        Party.objects.filter(matter__in=batch, erased_at=None).update(erase_on=day)
        QueryCode.objects.filter(matter__in=batch, erased_at=None).update(erase_on=day)
        if day:
            _schedule_words(batch, day)
    return day


def _schedule_words(matters: Sequence[str], day: date) -> None:
    """Schedule the erasure of matters without party or code, such as a 12345 order: store a revoked code with the day."""
    known = {
        m
        for rows in (Party, QueryCode)
        for m in rows.objects.filter(matter__in=matters).values_list("matter", flat=True)
    }
    QueryCode.objects.bulk_create(
        QueryCode(digest=digest_missing_code(matter), matter=matter, revoked_at=timezone.now(), erase_on=day)
        for matter in matters
        if matter not in known
    )


def _check_erasure_due(personal_data: Party | QueryCode) -> list[str]:
    """Return the Chinese reasons why personal data may not be erased yet."""
    if personal_data.erased_at:
        return ["个人信息已经清除。"]
    if personal_data.erase_on is None or personal_data.erase_on > timezone.localdate():
        return ["保存期限未到，不能清除。"]
    return []


@action("intake.erase_party", label="清除个人信息", rule=check_system, ready=_check_erasure_due)
def erase_party(party: Party, *, by: Actor) -> ActionResult:
    """Erase a party with its files, code and words; kind, dates and a digest stay."""
    text = "\0".join(getattr(party, name).reveal() for name in ENCRYPTED_LABELS)
    files = _erase_matter_words(party.matter)  # while the party is known: its name is masked in other texts
    party.erased_digest = keyed_digest("erased", f"{party.pk}\0{text}")
    for name in ENCRYPTED_LABELS:
        setattr(party, name, "")
    for column, _ in SEARCH_DIGESTS.values():
        setattr(party, column, "")
    party.erased_at = timezone.now()
    party.save()
    codes = QueryCode.objects.filter(matter=party.matter)
    codes.filter(revoked_at=None).update(revoked_at=party.erased_at)
    codes.filter(erased_at=None).update(erased_at=party.erased_at)
    Letter.objects.filter(recipient=party.recipient).exclude(body="").update(body="")
    return ActionResult(
        words="保存期满，清除个人信息", facts={"digest": party.erased_digest, "files": files, "matter": party.matter}
    )


def _check_anonymous_and_due(code: QueryCode) -> list[str]:
    """Return the Chinese reasons against erasing the words of an anonymous matter: it has a party, with which they are
    erased, or the erasure is not due."""
    has_party = Party.objects.filter(matter=code.matter, erased_at=None).exists()
    return ["留有姓名和联系方式的，随其一并清除。"] if has_party else _check_erasure_due(code)


@action("intake.erase_words", label="清除匿名来件的文字", rule=check_system, ready=_check_anonymous_and_due)
def erase_words(code: QueryCode, *, by: Actor) -> ActionResult:
    """Erase the words and files of an anonymous person; kind, dates, choices and figures stay."""
    code.erased_at = timezone.now()
    code.revoked_at = code.revoked_at or code.erased_at
    code.save(update_fields=["erased_at", "revoked_at"])
    files = _erase_matter_words(code.matter)
    return ActionResult(
        words="保存期满，清除匿名来件的文字", facts={"files": files, "matter": code.matter}, stream=code.matter
    )


def _erase_matter_words(matter: str) -> int:
    """Erase the files of a matter and, by its kind's `erase`, the sender's texts; return the number of files."""
    files = _erase_files(matter)
    kind_and_row = parse_matter(matter)
    if kind_and_row:
        kind_and_row[0].erase(kind_and_row[1])
    return files


def _erase_files(matter: str) -> int:
    """Blank the uploads of a matter and delete their content after the commit; return their number."""
    rows = Upload.objects.filter(matter=matter, erased_at=None)
    paths = list(rows.values_list("place", flat=True))
    rows.update(key="", erased_at=timezone.now(), name="（已清除）")
    transaction.on_commit(lambda: _delete_stored_files(paths))
    return len(paths)


def _delete_stored_files(paths: list[str]) -> None:
    for place in paths:
        get_files_storage().delete(place)
