"""Permissions on accounts; each rule returns the reasons against it, in Chinese.

| action | allowed for |
|---|---|
| file, change columns, record updates, prepare and record posts | staff of the unit, the open-government office (政务公开办) over it |
| return, refuse a filing | the open-government office over the unit (`ledger.rules.check_may_judge`) |
| accept a filing | the same, another person than the one who submitted it |
| clear a post | a reviewer, signer or head of the unit, another person than its author |
| screen, decide, request a post | the open-government office over the unit |
"""

from typing import TYPE_CHECKING

from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_judge
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import AnotherPerson, check_clears_other_unit, list_action_people, list_actors
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import get_owner_body, is_above
from gongkai.work.newmedia.models import Post

if TYPE_CHECKING:
    from gongkai.work.newmedia.models import Account

WORKING_ROLES = (Role.CLERK, Role.LEAD, Role.SIGNER, Role.REVIEWER)
CLEARING_ROLES = (Role.REVIEWER, Role.SIGNER, Role.LEAD)


def get_unit(target: object) -> Body:
    """Return the unit that owns the target."""
    return get_owner_body(target if isinstance(target, Body | Post) else getattr(target, "account", target))


def list_reasons_unless_unit_staff(by: Actor, target: "Account | Post") -> list[str]:
    """Return reasons unless the user is staff of the unit or its 政务公开办."""
    body = get_unit(target)
    if by.system or by.has(*WORKING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有主办单位（{body.label}）的工作人员可以办理。"]


def list_reasons_unless_supervisor(by: Actor, target: object) -> list[str]:
    """Return reasons unless the user is in the 政务公开办 above the unit, or a job."""
    body = get_unit(target)
    if is_above(by, body):
        return []
    return ["只有上级或者本级政务公开办可以办理。"]


def _list_filers(entry: Entry) -> list[int | None]:
    """Return the people who filed or resubmitted an entry."""
    handed_in = Movement.objects.filter(stream=entry.stream)
    first_filing = handed_in.order_by("seq").values_list("person_id", "facts")[:1]
    resubmissions = handed_in.filter(action="account_filing.resubmit").values_list("person_id", "facts")
    return [number for row in (*first_filing, *resubmissions) for number in list_action_people(*row)]


def _list_reasons_unless_filing_judge(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may decide the filing, which must not be their own unit's."""
    return check_may_judge(by, entry) or check_clears_other_unit(by, entry.body, "同意本单位的备案", strict=False)


# Nobody accepts their own filing, or their unit's.
list_reasons_unless_filing_approver = AnotherPerson(
    _list_reasons_unless_filing_judge,
    ("newmedia.file_opening", "newmedia.file_change", "newmedia.file_closing", "account_filing.resubmit"),
    "提出备案的人不能自己同意，请由另一人办理。",
    people=_list_filers,
)


def _list_reasons_unless_post_approver(by: Actor, post: Post) -> list[str]:
    """Return the Chinese reason if the user may not clear posts of this unit."""
    body = get_unit(post)
    if by.has(*CLEARING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有{body.label}的审核人、签发人、负责人或者政务公开办可以审核。"]


list_reasons_unless_post_approver = AnotherPerson(
    _list_reasons_unless_post_approver,
    ("newmedia.prepare_post", "newmedia.rewrite_post"),
    "不能审核本人编写的内容，请由另一人审核。",
    people=lambda post: {post.author, *list_actors(post.stream, ("newmedia.prepare_post", "newmedia.rewrite_post"))},
)
