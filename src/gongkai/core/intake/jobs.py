"""The job that erases personal data and temporary data."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake import drafts, held, uploads
from gongkai.core.intake.actions import erase_party, erase_words
from gongkai.core.intake.models import Draft, Hit, Party, PhoneCode, QueryCode, Sending, Upload
from gongkai.core.spreadsheets.actions import drop_trials

#: Rows erased in one transaction.
BATCH_SIZE = 500
# Lifetime of sent tokens and unused files, longer than a form is valid (`tokens.LATEST`).
TOKEN_RETENTION = timedelta(days=2)


def erase_due(now: datetime | None = None) -> dict[str, int]:
    """Erase due parties and anonymous words; delete expired drafts, files, limits and codes."""
    moment = now or timezone.now()
    due = Party.objects.filter(erased_at=None, erase_on__lte=timezone.localdate(moment))
    erased = 0
    for party in due.order_by("pk")[:BATCH_SIZE]:
        try:
            erase_party(party, by=SYSTEM)
            erased += 1
        except Refused:  # another run was faster, or the matter was reopened
            continue
    return {
        "erased": erased,
        "words": _erase_anonymous_words(moment),
        "carried": held.erase_carried(moment),
        **_delete_temporary_data(moment),
    }


def _erase_anonymous_words(moment: datetime) -> int:
    named = Party.objects.filter(matter=OuterRef("matter"), erased_at=None)
    due = QueryCode.objects.filter(~Exists(named), erased_at=None, erase_on__lte=timezone.localdate(moment))
    codes = list(due.order_by("erase_on")[:BATCH_SIZE])
    for code in codes:
        erase_words(code, by=SYSTEM)
    return len(codes)


def _delete_temporary_data(now: datetime) -> dict[str, int]:
    old = Draft.objects.filter(saved_at__lt=now - drafts.DRAFT_LIFETIME).delete()[0]
    draft = Draft.objects.filter(token=OuterRef("token"))
    left = Upload.objects.filter(~Exists(draft), matter="", at__lt=now - TOKEN_RETENTION)
    files = uploads.delete_uploads(list(left[:BATCH_SIZE]))
    drop_trials(now - drafts.DRAFT_LIFETIME)
    Hit.objects.filter(until__lt=now).delete()
    PhoneCode.objects.filter(sent_at__lt=now - TOKEN_RETENTION).delete()
    Sending.objects.filter(at__lt=now - TOKEN_RETENTION).delete()
    return {"drafts": old, "files": files}
