"""Who may do what with errands."""

from gongkai.core.acts.actors import Actor
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.units.models import Role
from gongkai.core.units.same_person import is_own_login


def keeps(by: Actor, _: object = None) -> list[str]:
    """The administrator, who runs the system."""
    return [] if by.system or by.has(Role.ADMINISTRATOR) else ["后台作业由系统管理员处理。"]


def asks(by: Actor, _: object = None) -> list[str]:
    """Staff and jobs; whether somebody may have this very thing done, the room's own page and action say."""
    return [] if by.system or by.known else ["您目前没有任职，不能发起后台作业；请系统管理员登记任职。"]


def stops(by: Actor, errand: Errand) -> list[str]:
    """Whoever asked for it, and the administrator."""
    return [] if is_own_login(by, errand.account) or not keeps(by) else ["只有发起人和系统管理员可以取消。"]


def jobs(by: Actor, _: object = None) -> list[str]:
    """Jobs alone."""
    return [] if by.system else ["由系统处理。"]


def takes(by: Actor, export: Export) -> list[str]:
    """Whoever asked, and nobody else: the file holds what that person may see."""
    return [] if is_own_login(by, export.errand.account) else ["只有发起人可以下载。"]
