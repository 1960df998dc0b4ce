"""Permissions on background jobs."""

from gongkai.core.acts.actors import Actor
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.units.another_person import is_own_login
from gongkai.core.units.models import Role


def check_administrator(by: Actor, _: object = None) -> list[str]:
    """Return reasons unless the actor is an administrator."""
    return [] if by.system or by.has(Role.ADMINISTRATOR) else ["后台作业由系统管理员处理。"]


def check_staff_or_job(by: Actor, _: object = None) -> list[str]:
    """Return reasons unless the actor is staff or a job; the app's own action checks the rest."""
    return [] if by.system or by.known else ["您目前没有任职，不能发起后台作业；请系统管理员登记任职。"]


def check_requester_or_administrator(by: Actor, errand: Errand) -> list[str]:
    """Return reasons unless the actor is the job's requester or an administrator."""
    return (
        [] if is_own_login(by, errand.account) or not check_administrator(by) else ["只有发起人和系统管理员可以取消。"]
    )


def check_is_job(by: Actor, _: object = None) -> list[str]:
    """Return reasons unless the actor is a job."""
    return [] if by.system else ["由系统处理。"]


def check_is_requester(by: Actor, export: Export) -> list[str]:
    """Return reasons unless the actor requested the export, because the file shows only what that person may see."""
    return [] if is_own_login(by, export.errand.account) else ["只有发起人可以下载。"]
