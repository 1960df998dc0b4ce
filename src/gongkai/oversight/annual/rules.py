"""Who may: each rule returns the reasons against it, in Chinese."""

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import oversees, work
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import AnotherPerson
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import is_above
from gongkai.oversight.annual.models import EarlierReport


def collects(by: Actor, government: Body) -> list[str]:
    """Asking units for their reports: the 政务公开办 over the government (条例第四十九条: 本级政府信息公开工作主管部门); jobs."""
    if is_above(by, government):
        return []
    return ["只有本级或者上级政务公开办可以布置年度报告。"]


def takes(by: Actor, entry: Entry) -> list[str]:
    """Accepting and returning: the 政务公开办 over the unit, not the unit itself."""
    return [] if oversees(by, entry) else ["只有政务公开办可以审核年度报告。"]


accepts = AnotherPerson(
    takes,
    ("annual_report.hand_in",),
    "报送和审核须由两人分别办理：这份报告由您报送，请由政务公开办的另一人审核，或者退回后由本单位负责人报送。",
    returned=("annual_report.return",),
)


def hands_in(by: Actor, entry: Entry) -> list[str]:
    """Handing in: the head of the unit, who answers for it (国办公开办函〔2021〕30号), or the 政务公开办."""
    if by.has(Role.LEAD, Role.SIGNER, body_id=entry.body_id) or oversees(by, entry):
        return []
    return [f"只有{entry.body.label}的负责人、签发人或者政务公开办可以报送。"]


def sends_to_review(by: Actor, entry: Entry) -> list[str]:
    """Submitting for review: the unit's own people and the 政务公开办; for a government's report its general office's people."""
    if by.has(Role.CLERK, Role.LEAD, Role.SIGNER, body_id=entry.annual_report.unit.pk):
        return []
    return work(by, entry)


def keeps(by: Actor, target: Body | EarlierReport) -> list[str]:
    """Importing a unit's earlier reports: its own people and the 政务公开办 over it."""
    body = target if isinstance(target, Body) else target.body
    own = by.has(Role.CLERK, Role.LEAD, Role.SIGNER, body_id=body.pk)
    if by.system or own or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有{body.label}或者政务公开办可以导入年度报告。"]


#: A second person of those who may import confirms.
confirms = AnotherPerson[EarlierReport](
    keeps,
    ("annual_report.keep_earlier",),
    "导入和复核不能是同一个人，请本单位其他人员或者政务公开办复核。",
    people=lambda kept: [kept.person],
)
