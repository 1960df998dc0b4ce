"""Permissions of annual reports; each rule returns the reasons against the action."""

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work, oversees
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import AnotherPerson, check_clears_other_unit, with_covered_people
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import is_above
from gongkai.oversight.annual.models import EarlierReport, Report


def check_collector(by: Actor, government: Body) -> list[str]:
    """Return reasons unless the user works for the government's office (条例第四十九条)."""
    if is_above(by, government):
        return []
    return ["只有本级或者上级政务公开办可以布置年度报告。"]


def check_receiver(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is in the open-government office above the unit, not the unit itself."""
    if not oversees(by, entry):
        return ["只有政务公开办可以审核年度报告。"]
    return check_clears_other_unit(by, entry.annual_report.unit, "审核本单位的年度报告", strict=False)


check_report_approver = AnotherPerson(
    check_receiver,
    ("annual_report.hand_in",),
    "报送和审核须由两人分别办理：这份报告由您报送，请由政务公开办的另一人审核，或者退回后由本单位负责人报送。",
    returned=("annual_report.return",),
)


def check_submitter(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is head of the unit (国办公开办函〔2021〕30号) or in the open-government office."""
    if by.has(Role.LEAD, Role.SIGNER, body_id=entry.body_id) or oversees(by, entry):
        return []
    return [f"只有{entry.body.label}的负责人、签发人或者政务公开办可以报送。"]


def check_review_sender(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is staff of the unit or in the open-government office.

    A government's report is seen, and sent for review, by its open-government office only.
    """
    if not entry.annual_report.area or oversees(by, entry):
        return check_may_work(by, entry)
    return ["政府的年度报告由政务公开办送审。"]


def list_editing_posts(report: Report) -> tuple[tuple[str, int], ...]:
    """Return (role, unit) of the posts that edit a report: for a government's, only its open-government office."""
    if report.area:
        return (Role.CHIEF, report.unit.pk), (Role.CHIEF, report.body_id)
    return (Role.CLERK, report.body_id), (Role.LEAD, report.body_id)


def check_report_editor(by: Actor, target: Body | EarlierReport) -> list[str]:
    """Return reasons unless the user is staff of the unit or in the open-government office above it."""
    body = target if isinstance(target, Body) else target.body
    own = by.has(Role.CLERK, Role.LEAD, Role.SIGNER, body_id=body.pk)
    if by.system or own or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有{body.label}或者政务公开办可以导入年度报告。"]


#: A second person who may import earlier reports.
check_earlier_report_confirmer = AnotherPerson[EarlierReport](
    check_report_editor,
    ("annual_report.keep_earlier",),
    "导入和复核不能是同一个人，请本单位其他人员或者政务公开办复核。",
    people=lambda kept: with_covered_people([kept.person], kept.stream, ["annual_report.keep_earlier"]),
)
