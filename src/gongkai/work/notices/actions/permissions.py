"""Permission rules of this app; each returns objections in Chinese, none if allowed."""

from datetime import date

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor, in_force_q, list_chief_posts
from gongkai.core.units.another_person import (
    check_clears_other_unit,
    is_among,
    list_actors,
    list_registrations,
    works_in,
)
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.open_government_leads import (
    handles_work_of,
    is_in_charge,
    is_sole_leader,
    issues_for_itself,
    list_led_units,
)
from gongkai.core.units.unit_filters import find_government, is_above, list_office_governments
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.law import default_calendar, end_of_day
from gongkai.lib.typed_json import read_numbers
from gongkai.work.notices.models import HeadName, Notice
from gongkai.work.notices.states import INNER, PENDING_STATES, REQUEST_STATES, TASK_KINDS

#: Roles that carry out tasks in a unit.
WORKER_ROLES = (Role.CLERK, Role.LEAD)
#: Log actions that make a request to the lead unit.
REQUEST_ACTIONS = tuple(f"assignment.{verb}" for verb in ("not_applicable", "more_time", "other_unit", "send_back"))
#: Log actions that end a request.
REQUEST_ENDING_ACTIONS = ("assignment.grant", "assignment.refuse", "assignment.recall")
SUBMIT_ACTIONS = ("assignment.submit",)
#: Log actions after which the unit works on its task again.
RETURN_ACTIONS = ("assignment.return", "assignment.recall", "assignment.reopen")
SET_OFFICE_ACTION = "ledger.set_office"
#: Working days after which deciders are reminded and the open-government office may decide; a
#: convention of this software.
REMINDER_AFTER_WORKING_DAYS = 3


OWN_UNIT_ONLY_ERROR = "只有本单位的公开工作机构或者负责人可以办理。"


def list_reasons_unless_any_chief(by: Actor, _: object) -> list[str]:
    """Return reasons unless the user works in an open-government office (政务公开办)."""
    return [] if by.system or by.has(Role.CHIEF) else ["只有政务公开办可以办理。"]


def list_reasons_against_importing(by: Actor, _: object) -> list[str]:
    """Return reasons unless the user may import notices for some government or unit."""
    if not list_reasons_unless_any_chief(by, _) or list_led_units(by):
        return []
    return ["只有政务公开办和各单位的公开工作机构可以导入通知。"]


def can_import_for(by: Actor, government: Body) -> bool:
    """Return true if the user may import notices of this government or unit."""
    if by.system:
        return True
    if issues_for_itself(government):
        return is_in_charge(by, government.pk)
    return by.reaches(Role.CHIEF, path=government.path)


def list_reasons_unless_chief_of_notice(by: Actor, notice: "Notice | HeadName") -> list[str]:
    """Return reasons unless the user is in charge of open government in the notice's government.

    For a unit's own notice that is the user in charge in the unit.
    """
    if notice.own if isinstance(notice, Notice) else issues_for_itself(notice.government):
        return [] if is_in_charge(by, notice.government.pk) else [OWN_UNIT_ONLY_ERROR]
    if is_above(by, notice.government):
        return []
    return ["只有政务公开办可以办理。"]


def list_reasons_unless_appointed(by: Actor, _: object) -> list[str]:
    """Return reasons unless the user has an appointment."""
    return [] if by.system or by.known else ["请先登录，且须有任职。"]


def get_first_extension_day(entry: Entry) -> date:
    """Return the first day that an extension may name: not before today or the current due date."""
    today = timezone.localdate()
    return max(today, timezone.localdate(entry.due_at)) if entry.due_at else today


def list_extension_day_faults(entry: Entry, until: date) -> list[str]:
    """Return reasons against an extension that ends before today or before the current due date."""
    if until < timezone.localdate():
        return ["延长后的期限不能早于今天，请另选日期。"]
    if until < get_first_extension_day(entry):
        return [f"延长后的期限不能早于原来的期限（{get_first_extension_day(entry)}），请另选日期。"]
    return []


def list_reasons_against_working(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user works in the unit or office that owes the entry.

    A task of a government, which may have no working posts of its own, is also done by its open-government office.
    """
    if entry.kind == INNER:
        unit = entry.assignment.notice.government_id
        return (
            []
            if handles_work_of(by, entry.body_id, entry.office_id) or is_in_charge(by, unit)
            else [_make_not_own_objection(entry)]
        )
    if by.has(*WORKER_ROLES, Role.CHIEF, body_id=entry.body_id) or entry.body_id in list_office_governments(by):
        return []
    return [f"只有责任单位（{entry.body.label}）的经办人或者负责人可以办理。"]


def _make_not_own_objection(entry: Entry) -> str:
    whose = str(entry.office) if entry.office else entry.body.label
    return f"由{whose}的经办人或者本单位的公开工作机构办理。"


def list_reasons_against_overseeing(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is in the issuing office or above it."""
    if entry.kind == INNER:
        return [] if is_in_charge(by, entry.assignment.notice.government_id) else [OWN_UNIT_ONLY_ERROR]
    if is_above(by, entry.assignment.notice.government):
        return []
    return ["只有印发通知的政务公开办可以办理。"]


def get_lead_unit_keys(entry: Entry) -> frozenset[int]:
    """Return the primary keys of the lead units of an assignment."""
    return frozenset(entry.assignment.lead_ids)


def _works_for_lead_unit(by: Actor, entry: Entry) -> bool:
    """Return true if the user works for another lead unit or lead government.

    A government may have no working posts of its own. Its office does not decide for the unit in which it works.
    """
    others = get_lead_unit_keys(entry) - {entry.body_id}
    if any(by.has(*WORKER_ROLES, Role.CHIEF, body_id=body) for body in others):
        return True
    return bool(others & list_office_governments(by)) and not works_in(by, entry.body)


def list_reasons_against_deciding(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may decide a submission; users never accept their own.

    A lead unit other than the responsible one decides through its clerk, head or open-government
    office. A unit that leads its own part decides through its head or the open-government office
    above. If no lead unit can act, the open-government office decides. In a unit's own notice the
    user in charge there decides.
    """
    leads = get_lead_unit_keys(entry)
    other_leads = leads - {entry.body_id}
    if entry.kind == INNER:
        return list_reasons_against_overseeing(by, entry) or _list_reasons_if_own_submission(by, entry)
    if _has_submitted_since_return(by, entry):
        deciders = "牵头单位" if other_leads else f"{entry.body.label}负责人或者政务公开办"
        return [f"本人提交的任务，须由他人审核，等{deciders}办理。"]
    is_own_lead, task_words = entry.body_id in leads, "审核本单位的任务"
    if is_own_lead and by.has(Role.LEAD, body_id=entry.body_id):
        return []
    if _works_for_lead_unit(by, entry):
        return check_clears_other_unit(by, entry.body, task_words, strict=False, lead_units=other_leads)
    if by.reaches(Role.CHIEF, path=entry.body.path) and (is_own_lead or not other_leads & _get_staffed_bodies(by)):
        return check_clears_other_unit(by, entry.body, task_words, strict=False)
    return ["只有牵头单位可以审核。" if other_leads else "由责任单位负责人或者政务公开办审核。"]


def _list_reasons_if_own_submission(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against deciding one's own submission where another user could."""
    own = _has_submitted_since_return(by, entry)
    alone = own and is_sole_leader(by, entry.assignment.notice.government_id)
    return ["本人提交的任务，须由他人审核。"] if own and not alone else []


def _has_submitted_since_return(by: Actor, entry: Entry) -> bool:
    if is_among(by, [entry.assignment.submitted_by]):
        return True
    # Two queries a page: a list asks for each of its pending entries.
    pending = entry.closed_at is None and entry.state in PENDING_STATES
    if pending and entry.stream not in ask_once(("submitted", by), lambda: _find_submitted_streams(by)):
        return False
    return is_among(by, list_actors(entry.stream, SUBMIT_ACTIONS, RETURN_ACTIONS))


def _find_submitted_streams(by: Actor) -> frozenset[str]:
    """Return the streams of pending entries submitted by the user, for the user, or by a person the user acts for."""
    if by.person_id is None:
        return frozenset()
    people = set().union(*(list_registrations(number) for number in {by.person_id, *by.acts_for}))
    pending = Entry.objects.filter(closed_at=None, kind__in=TASK_KINDS, state__in=PENDING_STATES).order_by()
    streams = pending.values_list(Concat(Value("entry/"), Cast("pk", CharField())))
    rows = Movement.objects.filter(action__in=SUBMIT_ACTIONS, stream__in=streams)
    covered = rows.filter(facts__acts_for__isnull=False).values_list("stream", "facts")
    movements = rows.filter(person_id__in=people).values_list("stream", flat=True)
    return frozenset(movements) | {stream for stream, facts in covered if people & {*read_numbers(facts, "acts_for")}}


def list_reasons_against_inspecting(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user works in another lead unit or, if the task has lead units, in an office above."""
    if entry.kind == INNER:
        return list_reasons_against_overseeing(by, entry)
    if _works_for_lead_unit(by, entry):
        return []
    if get_lead_unit_keys(entry) and by.reaches(Role.CHIEF, path=entry.body.path):
        return []
    return ["只有牵头单位和政务公开办登记检查情况。"]


def list_reasons_against_deciding_request(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may decide a request.

    A unit that leads its own part cannot grant its own request. In a unit's own notice its head
    decides, or the user in charge for another office than their own.
    """
    if entry.kind == INNER:
        return list_reasons_against_overseeing(by, entry) or _list_reasons_if_own_share(by, entry)
    others = get_lead_unit_keys(entry) - {entry.body_id}
    if reasons := check_clears_other_unit(by, entry.body, "决定本单位的申请", strict=False):
        return reasons
    if not list_reasons_against_overseeing(by, entry) or _works_for_lead_unit(by, entry):
        return ["本人提出的申请，须由他人决定。"] if is_among(by, _find_requesters(entry)) else []
    return [f"申请由{'牵头单位或者' if others else ''}印发通知的政务公开办决定，责任单位不能自行同意。"]


def _find_requesters(entry: Entry) -> set[int | None]:
    """Return the persons who made the pending request, none if no request is pending."""
    actors = list_actors(entry.stream, REQUEST_ACTIONS, REQUEST_ENDING_ACTIONS)
    return actors if entry.state in REQUEST_STATES else set()


def _list_reasons_if_own_share(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against excusing one's own work in a unit where another user could decide.

    Own work: the user made the pending request, has the entry's office as a clerk, or moved the
    entry to another office since the last request. The head of the unit may decide what they moved.
    """
    unit = entry.assignment.notice.government_id
    if by.system or is_sole_leader(by, unit):  # an actor who may end a whole notice may end its tasks
        return []
    if is_among(by, _find_requesters(entry)):
        return ["本人提出的申请，须由他人决定。"]
    if by.has(Role.LEAD, body_id=unit):
        return []
    if is_among(by, list_actors(entry.stream, [SET_OFFICE_ACTION], [*REQUEST_ACTIONS, *REQUEST_ENDING_ACTIONS])):
        return ["本人转过处室的任务，申请须由他人决定。"]
    posts = [post for post in by.posts if post.role == Role.CLERK and post.body_id == entry.body_id]
    if not any(post.office_id in {None, entry.office_id} for post in posts):
        return []
    return ["本人承办的任务，申请由单位负责人决定。"]


def list_reasons_against_cancelling(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against cancelling or carrying over: overseers may, not for their own unit."""
    if entry.kind != INNER:
        reasons = check_clears_other_unit(by, entry.body, "取消或者结转本单位的任务", strict=False)
        return list_reasons_against_overseeing(by, entry) or reasons
    if reasons := list_reasons_against_overseeing(by, entry):
        return reasons
    return ["本人承办或者转过处室的任务，由单位负责人取消或者结转。"] if _list_reasons_if_own_share(by, entry) else []


def _get_staffed_bodies(by: Actor) -> frozenset[int]:
    """Return `find_staffed_bodies`, cached on the actor, which lives for one web request."""
    staffed_bodies: frozenset[int] | None = getattr(by, "_staffed", None)
    if staffed_bodies is None:
        staffed_bodies = find_staffed_bodies()
        object.__setattr__(by, "_staffed", staffed_bodies)
    return staffed_bodies


def find_staffed_bodies() -> frozenset[int]:
    """Return the keys of bodies with an appointed clerk, head or open-government officer."""
    rows = Appointment.objects.filter(in_force_q(), role__in=(*WORKER_ROLES, Role.CHIEF))
    return frozenset(rows.values_list("body_id", flat=True).distinct())


def find_able_lead_unit_keys(entry: Entry) -> frozenset[int]:
    """Return the keys of the other lead units that have a user who can decide."""
    others = get_lead_unit_keys(entry) - {entry.body_id}
    return others & (find_staffed_bodies() | find_governments_with_office()) if others else others


def find_governments_with_office() -> frozenset[int]:
    """Return the keys of governments whose open-government office has staff."""
    return frozenset(find_government(post.body).pk for post in list_chief_posts())


def is_turn_to_decide(by: Actor, entry: Entry) -> bool:
    """Return true if the user should decide now.

    A request goes to the lead unit first. It goes to the open-government office when no other lead
    unit can act, or after three working days.
    """
    if entry.state not in REQUEST_STATES:
        return not list_reasons_against_deciding(by, entry)
    if list_reasons_against_deciding_request(by, entry):
        return False
    able = (get_lead_unit_keys(entry) - {entry.body_id}) & _get_staffed_bodies(by)
    if not able or _works_for_lead_unit(by, entry):
        return True
    return entry.moved_at is not None and entry.moved_at < end_of_day(
        default_calendar().subtract_working_days(timezone.localdate(), REMINDER_AFTER_WORKING_DAYS)
    )


def list_reasons_unless_system(by: Actor, _: object) -> list[str]:
    """Return reasons unless a background job acts."""
    return [] if by.system else ["这项操作由系统自动完成。"]
