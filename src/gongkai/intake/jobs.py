"""Due work: personal data whose time is over, and what is only needed while somebody types."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.acts.action import Refused
from gongkai.acts.actors import SYSTEM
from gongkai.intake import drafts, held, uploads
from gongkai.intake.actions import erase_party
from gongkai.intake.models import Draft, Hit, Party, PhoneCode, Sending, Upload
from gongkai.spreadsheets.actions import drop_trials

PORTION = 500
#: A form can be sent for a day (`tokens.LATEST`), so what makes it idempotent is kept longer; files of forms that were never sent as long.
REMEMBERED = timedelta(days=2)


def erase_due(now: datetime | None = None) -> dict[str, int]:
    """Erase parties whose retention is over; delete what is over: drafts, trials of sheets that name people, files never sent, limits, codes."""
    moment = now or timezone.now()
    due = Party.objects.filter(erased_at=None, erase_on__lte=timezone.localdate(moment))
    erased = 0
    for party in due.order_by("pk")[:PORTION]:
        try:
            erase_party(party, by=SYSTEM)
            erased += 1
        except Refused:  # another run was first, or its matter was opened again meanwhile
            continue
    return {"erased": erased, "carried": held.erase_carried(moment), **_forget(moment)}


def _forget(now: datetime) -> dict[str, int]:
    old = Draft.objects.filter(saved_at__lt=now - drafts.KEPT).delete()[0]
    draft = Draft.objects.filter(token=OuterRef("token"))
    left = Upload.objects.filter(~Exists(draft), matter="", at__lt=now - REMEMBERED)
    files = uploads.drop(list(left[:PORTION]))
    drop_trials(now - drafts.KEPT)
    Hit.objects.filter(until__lt=now).delete()
    PhoneCode.objects.filter(sent_at__lt=now - REMEMBERED).delete()
    Sending.objects.filter(at__lt=now - REMEMBERED).delete()
    return {"drafts": old, "files": files}
