"""Seals go to the auditors by mail: what they hold, nobody here can change afterwards."""

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.acts.models import Seal
from gongkai.core.outbox.outbox import tell
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Role


def mail_to_auditors(seal: Seal, line: str) -> bool:
    """Tell every auditor of the day's first seal, and of its stamp that came late; whether there is an auditor.

    The line stands in the message, to be kept and given to `gongkai audit verify --anchors`.
    """
    auditors = Appointment.objects.filter(in_force(), role=Role.AUDITOR).values_list("person_id", flat=True)
    persons = tuple(sorted(set(auditors)))
    if persons:
        body = f"请保存下面一行，核验流水时使用：\n{line}"
        key = f"anchor/{timezone.localdate(seal.at)}" + ("/stamp" if '"stamp"' in line else "")
        tell([Notification("流水封存锚点", body, reverse("signin:log"), key, persons=persons)])
    return bool(persons)
