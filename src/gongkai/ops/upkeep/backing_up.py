"""The set-up step of a first backup."""

from django.urls import reverse

from gongkai.core.units.models import Role
from gongkai.ops.launch.steps import SetupStep
from gongkai.ops.upkeep.models import BackupMade


def _left() -> str:
    return "" if BackupMade.objects.exists() else "还没有做过备份"


BACKUP_STEP = SetupStep(
    "backup",
    130,
    "做第一次备份",
    "系统管理员",
    (Role.ADMINISTRATOR,),
    "看运行状况",
    lambda: reverse("upkeep:status"),
    _left,
)
