"""Permissions on background jobs."""

from gongkai.core.acts.actors import Actor
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.units.models import Role
from gongkai.core.units.same_person import is_own_login


def check_may_administer(by: Actor, _: object = None) -> list[str]:
    """Return reasons to refuse all but administrators."""
    return [] if by.system or by.has(Role.ADMINISTRATOR) else ["后台作业由系统管理员处理。"]


def check_may_request(by: Actor, _: object = None) -> list[str]:
    """Allow staff and jobs; the app's own action checks the rest."""
    return [] if by.system or by.known else ["您目前没有任职，不能发起后台作业；请系统管理员登记任职。"]


def check_may_stop(by: Actor, errand: Errand) -> list[str]:
    """Return reasons to refuse all but the requester and administrators."""
    return (
        [] if is_own_login(by, errand.account) or not check_may_administer(by) else ["只有发起人和系统管理员可以取消。"]
    )


def check_is_job(by: Actor, _: object = None) -> list[str]:
    """Return reasons to refuse all but jobs."""
    return [] if by.system else ["由系统处理。"]


def check_may_download(by: Actor, export: Export) -> list[str]:
    """Return reasons to refuse all but the requester, because the file shows what that person may see."""
    return [] if is_own_login(by, export.errand.account) else ["只有发起人可以下载。"]
