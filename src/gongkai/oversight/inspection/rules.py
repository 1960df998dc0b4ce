"""Permissions for inspections (each rule returns the reasons against the action), and the format of evidence times."""

from datetime import datetime

from django.utils import timezone

from gongkai.core.ledger.kinds import get_kind
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.core.units.open_government_leads import is_in_charge
from gongkai.core.units.rules import runs_installation
from gongkai.core.units.unit_filters import is_above
from gongkai.oversight.inspection.models import DutyVerdict, InnerHost, InspectedSite, InspectionRun, SiteFinding
from gongkai.work.notices.models import Notice


def parse_moment(written: object) -> datetime | str:
    """Parse an ISO timestamp into local time; return the text unchanged if it is invalid."""
    try:
        return timezone.localtime(datetime.fromisoformat(str(written)))
    except ValueError:
        return str(written or "")


def format_moment(written: object) -> str:
    """Format an ISO timestamp in local time for display."""
    moment = parse_moment(written)
    return moment if isinstance(moment, str) else f"{moment:%Y-%m-%d %H:%M:%S}"


def check_inspector(by: Actor, target: InspectedSite | InspectionRun) -> list[str]:
    """Return reasons unless the user is in the supervising open-government office (政务公开办) or is a job.

    Sites of no unit of ours belong to the office of the highest government.
    """
    site = target.site if isinstance(target, InspectionRun) else target
    if by.system:
        return []
    if site.body is None:
        return (
            []
            if runs_installation(by)
            else ["不属于本级单位的网站，由最高一级政府的政务公开办登记和检查；请选择责任单位。"]
        )
    return [] if by.reaches(Role.CHIEF, path=site.body.path) else ["只有政务公开办可以检查这个网站。"]


def check_duty_orderer(by: Actor, verdict: DutyVerdict) -> list[str]:
    """Return reasons unless the user is in the open-government office above the unit of the duty.

    Duties of a unit's own notice are handled inside the unit.
    """
    if get_kind(verdict.assignment.entry.kind).inner:
        return ["内部任务由本单位催办、退回，不下达整改要求。"]
    if is_above(by, verdict.assignment.entry.body):
        return []
    return ["只有政务公开办可以下达整改要求。"]


def check_verifier(by: Actor, notice: Notice) -> list[str]:
    """Return reasons unless the user is in the issuing government's office or a job.

    For a unit's own notice, the person who leads the work in the unit may do so.
    """
    if notice.own:
        return [] if is_in_charge(by, notice.government_id) else ["只有本单位的公开工作机构或者负责人可以发起核验。"]
    if is_above(by, notice.government):
        return []
    return ["只有政务公开办可以发起核验。"]


def check_duty_confirmer(by: Actor, verdict: DutyVerdict) -> list[str]:
    """Return reasons unless the user is in the issuing office, or leads the unit whose own notice it is; jobs may not."""
    if by.system:
        return ["由工作人员核对。"]
    return ["只有本通知的政务公开办可以核对。"] if check_verifier(by, verdict.assignment.notice) else []


def check_orderer(by: Actor, finding: SiteFinding) -> list[str]:
    """Return reasons unless the user may inspect the site of the finding."""
    return check_inspector(by, finding.run.site)


def check_inner_host_proposer(by: Actor, _: object) -> list[str]:
    """Return reasons unless the user is an administrator of the installation; jobs may not propose an internal
    host."""
    return [] if runs_installation(by, Role.ADMINISTRATOR) else ["只有最高一级政府的系统管理员可以登记内部网络地址。"]


def check_inner_host_remover(by: Actor, _: InnerHost) -> list[str]:
    """Return reasons unless the user may propose or confirm an internal host."""
    if any(runs_installation(by, role) for role in (Role.ADMINISTRATOR, Role.SECURITY)):
        return []
    return ["只有系统管理员、安全保密管理员可以撤销。"]
