"""Permissions shared by all kinds of entries; each rule returns Chinese reasons, or an empty list."""

from collections.abc import Collection

from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import map_registrations
from gongkai.core.units.models import BodyKind, Role
from gongkai.core.units.open_government_leads import handles_work_of
from gongkai.core.units.queries import PostHolder, list_post_holders
from gongkai.core.units.unit_filters import is_above, reads_only
from gongkai.core.widgets.request_cache import ask_once

#: Roles that work on their unit's entries.
ENTRY_STAFF_ROLES = (Role.CLERK, Role.LEAD, Role.SIGNER)


def check_may_register_entries(by: Actor, _: object) -> list[str]:
    """Return reasons unless the actor works on entries of any unit, is of a 政务公开办, or is a job: to register entries
    such as inquiries."""
    return [] if by.system or by.has(*ENTRY_STAFF_ROLES, Role.CHIEF) else ["只有各单位的工作人员可以登记。"]


def works_for(by: Actor, entry: Entry) -> bool:
    """Return true if the actor works for the entry's unit; for inner kinds, in the entry's office or for the whole
    unit."""
    if get_kind(entry.kind).inner:
        return handles_work_of(by, entry.body_id, entry.office_id)
    return by.has(*ENTRY_STAFF_ROLES, body_id=entry.body_id)


def acts_for_another(by: Actor, entry: Entry) -> bool:
    """Return true if the actor has no post in the entry's unit that works on entries, reviews or oversees; false for
    entries of a 人民政府, whose office acts for it."""
    belongs = works_for(by, entry) or by.has(Role.CHIEF, Role.REVIEWER, body_id=entry.body_id)
    return not belongs and entry.body.kind != BodyKind.GOVERNMENT


def is_head_of_unit(by: Actor, entry: Entry) -> bool:
    """Return true if the actor is the head (`LEAD`) of the entry's unit."""
    return by.has(Role.LEAD, body_id=entry.body_id)


def oversees(by: Actor, entry: Entry) -> bool:
    """Return true for the 政务公开办 over the entry's unit and the system; never inside a unit."""
    return by.system if get_kind(entry.kind).inner else is_above(by, entry.body)


def may_judge(by: Actor, entry: Entry) -> bool:
    """Return true if the actor must judge a submission (`must_judge`), or is of the 政务公开办 over the unit."""
    return must_judge(by, entry) or oversees(by, entry)


def can_stand_in(by: Actor, entry: Entry, roles: Collection[str], authors: Collection[int | None] = ()) -> bool:
    """Return true if the actor's 政务公开办 acts for a unit in which only the authors hold one of these roles.

    The nearest office above the unit does; a higher one only if the nearer has nobody except the authors.
    """
    if not oversees(by, entry) or find_holders(entry, roles, authors):
        return False
    offices = find_nearest_office_posts(entry, authors)
    nearest = len(offices[0].reach) if offices else 0
    own_reaches = [
        post.reach for post in by.posts if post.role == Role.CHIEF and entry.body.path.startswith(post.reach)
    ]
    return by.system or any(len(reach) >= nearest for reach in own_reaches)


def find_holders(entry: Entry, roles: Collection[str], authors: Collection[int | None] = ()) -> list[PostHolder]:
    """Return the posts of the entry's unit with one of these roles that no author holds or has covered."""
    author_ids = _find_registrations(authors)
    return [post for post in list_holders(roles) if post.body == entry.body_id and not post.people & author_ids]


def find_nearest_office_posts(entry: Entry, authors: Collection[int | None] = ()) -> list[PostHolder]:
    """Return the posts, held by others than the authors, of the nearest 政务公开办 over the entry's unit that has such."""
    author_ids = _find_registrations(authors)
    posts_above = [post for post in list_holders((Role.CHIEF,)) if entry.body.path.startswith(post.reach)]
    eligible = [post for post in posts_above if not post.people & author_ids]
    nearest = max((len(post.reach) for post in eligible), default=0)
    return [post for post in eligible if len(post.reach) == nearest]


def _find_registrations(people: Collection[int | None]) -> set[int]:
    """Return the ids of all registrations of the same humans."""
    return {number for numbers in map_registrations(people).values() for number in numbers}


def list_holders(roles: Collection[str]) -> list[PostHolder]:
    """Return the posts with one of these roles whose holders can sign in today; cached for a page."""
    return ask_once(("holders", *roles), lambda: list_post_holders(roles))


def must_judge(by: Actor, entry: Entry) -> bool:
    """Return true if it is for the actor to judge submissions: by the kind's `judges`, else as 政务公开办 over the unit;
    false for kinds that wait for an outside person."""
    kind = get_kind(entry.kind)
    if kind.waits_outside:
        return False
    judging_rule = kind.judges
    return judging_rule(by, entry) if judging_rule else oversees(by, entry)


def check_sees(by: Actor, entry: Entry) -> list[str]:
    """Return a reason if the actor may not see the entry."""

    is_visible = by.system or ask_once(
        ("sees", by, entry.pk), lambda: visible_to(by, kind=entry.kind).filter(pk=entry.pk).exists()
    )
    return [] if is_visible else ["您没有查看这条记录的权限；需要查看的，请找承办单位或者政务公开办。"]


def check_may_comment(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the actor sees the entry and is not a read-only supervisor (监督员)."""
    if reads_only(by):
        return ["监督员只查看，不办理；发现问题，告诉承办单位或者政务公开办。"]
    return check_sees(by, entry)


def check_may_work(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against all actors except the staff of the entry's unit and the 政务公开办."""
    if works_for(by, entry) or oversees(by, entry):
        return []
    return [f"只有承办单位（{entry.body.label}）或者政务公开办可以办理。"]


def check_may_lead(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against all actors except the head of the entry's unit and the 政务公开办."""
    if is_head_of_unit(by, entry) or oversees(by, entry):
        return []
    return [f"只有承办单位（{entry.body.label}）负责人或者政务公开办可以办理。"]


def check_may_judge(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against all actors except the lead unit and the 政务公开办."""
    return [] if may_judge(by, entry) else ["只有牵头单位或者政务公开办可以办理。"]


def check_system(by: Actor, _: object) -> list[str]:
    """Return reasons against all actors except jobs."""
    return [] if by.system else ["这项操作由系统自动完成。"]


def check_unit_alive(entry: Entry) -> list[str]:
    """Return the reason against restoring the work of a unit that was closed or merged; [] if it exists."""
    return [] if entry.body.alive else [f"{entry.body.name}已经撤销，不能恢复；工作已有承接单位的，由该单位另行办理。"]


def check_open(entry: Entry) -> list[str]:
    """Return a reason if the entry is closed."""
    return ["这条记录已经办结。"] if entry.closed_at else []
