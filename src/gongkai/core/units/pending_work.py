"""Pending work of a post or unit, shown before the post ends or the unit closes."""

from collections.abc import Callable

from gongkai.core.units.models import Appointment, Body
from gongkai.core.units.queries import filter_appointments_in_force

#: Callbacks called with an appointment that return pending work as Chinese clauses, without content that
#: administrators may not read.
PENDING_WORK_COUNTERS: list[Callable[[Appointment], list[str]]] = []
#: Maximum number of people named.
MAX_NAMED_PEOPLE = 6


def list_pending_work(post: Appointment) -> list[str]:
    """Return the pending work of a post, one Chinese clause each."""
    return [clause for count in PENDING_WORK_COUNTERS for clause in count(post)]


def list_others_in_post(post: Appointment) -> list[str]:
    """Return the names of others with the same role and unit, in the same office or in the whole unit."""
    rows = (
        filter_appointments_in_force(post.body).filter(role=post.role).exclude(person=post.person).exclude(covers=post)
    )
    if post.office_id:
        return [appointment.person.name for appointment in rows if appointment.office_id in {None, post.office_id}]
    return [appointment.person.name for appointment in rows if appointment.office_id is None]


def leaves_work_to_nobody(post: Appointment) -> bool:
    """Return true if the post is no leave cover and has pending work that no colleague in this post can continue."""
    return bool(not post.covers_id and list_pending_work(post) and not list_others_in_post(post))


def describe_pending_work(post: Appointment) -> list[str]:
    """Describe in Chinese the pending work of a post and the people who can continue it."""
    pending = list_pending_work(post)
    text = f"等{post.person.name}办的：{'；'.join(pending)}。" if pending else f"没有等{post.person.name}办的事项。"
    if post.covers is not None:
        return [text, f"代理结束后由{post.covers.person.name}本人接着办。"]
    place, colleagues = f"{post.body.label}{post.office.name if post.office else ''}", list_others_in_post(post)
    if colleagues:
        count_text = f"等{len(colleagues)}人" if len(colleagues) > MAX_NAMED_PEOPLE else ""
        return [
            text,
            f"接着办的：同任{place}{post.get_role_display()}的{'、'.join(colleagues[:MAX_NAMED_PEOPLE])}{count_text}。",
        ]
    if not pending:
        return [text, f"此后{place}没有{post.get_role_display()}。"]
    return [
        text,
        f"没有人接着办：此后{place}没有{post.get_role_display()}。请先给接手人“任职”，或者改用“交接”，把任职和未读消息一并转给接手人。",
    ]


#: Callbacks called with a unit that return unfinished work as Chinese sentences, without content that editors may
#: not read.
OBLIGATION_COUNTERS: list[Callable[[Body], list[str]]] = []


def describe_unfinished_work(body: Body) -> list[str]:
    """Return the unfinished work of a unit in Chinese sentences, with advice."""
    sentences = [sentence for count in OBLIGATION_COUNTERS for sentence in count(body)]
    advice = "由其他单位接着办的，请改用“并入其他单位”；直接撤销的，这些事项没有人办理，请先改派、办结或者取消。"
    return [*sentences, advice] if sentences else []
