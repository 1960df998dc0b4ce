"""Send log seals to the auditors by e-mail, as evidence outside this system."""

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.acts.models import Seal
from gongkai.core.outbox.outbox import tell
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Role


def mail_to_auditors(seal: Seal, line: str) -> bool:
    """Send the first seal of the day, or its late time stamp, to every auditor.

    Return true if there is an auditor. The line can be verified with `gongkai audit verify
    --anchors`.
    """
    auditors = Appointment.objects.filter(in_force(), role=Role.AUDITOR).values_list("person_id", flat=True)
    persons = tuple(sorted(set(auditors)))
    if persons:
        body = f"请保存下面一行，核验流水时使用：\n{line}"
        key = f"anchor/{timezone.localdate(seal.at)}" + ("/stamp" if '"stamp"' in line else "")
        tell([Notification("流水封存锚点", body, reverse("signin:log"), key, persons=persons)])
    return bool(persons)
