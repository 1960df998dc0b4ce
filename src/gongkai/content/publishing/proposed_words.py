"""Confirmation by a second person of words that are published without a review.

`config/public_words.toml` lists every text field and how it becomes public. A higher app registers
its own fields with `register_words`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.core.acts.action import Notification, Refused, get_log_stream
from gongkai.core.acts.public_words import refuse_personal
from gongkai.core.units.actors import REACH_FIELDS, Actor, get_reach, in_force_q
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.widgets.request_cache import ask_once

#: Kind of target → its fields with free public text, with their labels.
FREE_TEXT_FIELDS: dict[str, dict[str, str]] = {
    "website": {
        "name": "网站名称",
        "sponsor": "主办单位",
        "undertaker": "承办单位",
        "contact": "联系方式",
        "leader": "网络意识形态责任人",
    },
    "column": {"name": "栏目名称", "content": "栏目内容说明", "archive_note": "归档说明"},
}


Posts = tuple[tuple[Role, int], ...]


M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class WordedKind(Generic[M]):
    """A kind of object, such as a site or column, whose public words a second person must confirm.

    Attributes:
        model: its model.
        labels: field → label.
        body: returns the body responsible for a target.
        confirms: returns reasons against confirming.
        write: stores confirmed words.
        told: returns the posts to notify for the primary key of a body.
        shown: returns a field's value as text for people.
    """

    model: type[M]
    labels: Mapping[str, str]
    body: Callable[[M], int]
    confirms: Callable[[Actor, M], list[str]]
    write: Callable[[M, Mapping[str, str]], None]
    told: Callable[[int], Posts]
    shown: Callable[[str, str], str] = lambda _, value: value


#: Kind of target (`website`, `column`, `policy`) → its declaration.
WORDED_KINDS_BY_NAME: dict[str, "WordedKind[Any]"] = {}


def register_words(kind: str, worded: WordedKind[M]) -> None:
    """Register a kind of object; its labels are those confirmed in `config/public_words.toml`."""
    WORDED_KINDS_BY_NAME[kind] = worded


def get_worded_kind(target: object) -> "WordedKind[Any]":
    """Return the registered kind of an object whose public words need confirmation."""
    return WORDED_KINDS_BY_NAME[get_log_stream(target).partition("/")[0]]


def refuse_personal_words(target: object) -> None:
    """Refuse to open a column or site whose free words contain personal data.

    Raises:
        Refused: personal data was found.
    """
    labels = get_worded_kind(target).labels
    refuse_personal({name: getattr(target, name) for name in labels}, labels)


def propose_words(
    target: object, changed: Mapping[str, object], by: Actor, *, looked_at: bool = False
) -> ProposedWords | None:
    """Propose changed words for confirmation; return the proposal, or None if none is needed.

    None is needed if the system acts, and before the installation is open, because the opening
    confirms all words. The user's own pending proposal is merged into the new one.

    Args:
        target: a site, column or public policy document, with its former words.
        changed: field → new value.
        by: the user.
        looked_at: true if the caller has searched the words for personal data.

    Raises:
        Refused: they contain personal data, or another user's words are pending.
    """
    labels = get_worded_kind(target).labels
    words = {name: to_stored_text(value) for name, value in changed.items() if name in labels}
    if not words:
        return None
    if not looked_at:
        refuse_personal(words, labels)
    if by.system or in_preparation():
        return None
    before = _replace_own_proposal(target, by)
    return _create_proposal(target, {**(before.after if before else {}), **words}, by)


def list_waiting(target: object) -> QuerySet[ProposedWords]:
    """Return the pending proposal of a target, or none."""
    return ProposedWords.objects.filter(target=get_log_stream(target), state=WordsState.WAITING)


def _replace_own_proposal(target: object, by: Actor) -> ProposedWords | None:
    """Close the user's pending proposal for a target and return it, None without one (Refused: it is another user's)."""
    before = list_waiting(target).select_for_update().first()
    # Otherwise the second author would replace the first as proposer, who could then confirm the text.
    if before is not None and not is_self(by, before.person_id):
        raise Refused(f"“{before.title}”有{before.by}提出的文字待确认，请先核对确认或者不同意，再作修改。")
    list_waiting(target).update(state=WordsState.REPLACED)
    return before


def propose_opening(column: Column, by: Actor) -> ProposedWords:
    """Propose the words of a closed column; their confirmation opens it.

    Raises:
        Refused: a proposal is pending.
    """
    if list_waiting(column).exists():
        raise Refused("已经提请开通，等待另一人确认。")
    return _create_proposal(column, {"name": column.name, "content": column.content}, by, opens=True)


def renew_opening(column: Column, changed: Collection[str], by: Actor) -> ProposedWords | None:
    """Replace the pending proposal to open a closed column whose name or content was changed; None without one.

    Raises:
        Refused: the proposal is another user's, or the words contain personal data.
    """
    if by.system or not {"name", "content"} & set(changed) or _replace_own_proposal(column, by) is None:
        return None
    refuse_personal_words(column)
    return propose_opening(column, by)


def to_stored_text(value: object) -> str:
    """Return a field's value as stored in a proposal."""
    return "" if value is None else str(value)


def _create_proposal(target: object, words: dict[str, str], by: Actor, *, opens: bool = False) -> ProposedWords:
    """Store words that another person must confirm, with those that they replace; `opens`: confirmation opens the target."""
    return ProposedWords.objects.create(
        target=get_log_stream(target),
        title=str(getattr(target, "name", target))[:200],
        body_id=get_worded_kind(target).body(target),
        before={} if opens else {name: to_stored_text(getattr(target, name, "")) for name in words},
        after=words,
        by=by.name,
        person_id=by.person_id,
        account_id=by.user_id,
    )


def find_body_id(target: Website | Column) -> int:
    """Return the primary key of the site's body."""
    website = target if isinstance(target, Website) else target.website
    return int(website.body_id)


def find_supervising_bodies(body_id: int) -> set[int]:
    """Return the keys of bodies whose 政务公开办 supervises a body's sites; their heads may confirm too."""
    path = Body.objects.values_list("path", flat=True).get(pk=body_id)
    offices = ask_once(("reaches of offices",), _find_offices)
    return {number for number, reach in offices if path.startswith(reach)}


def _find_offices() -> list[tuple[int, str]]:
    """Return (unit of a 政务公开办, path that it supervises) of each."""
    chiefs = Appointment.objects.filter(in_force_q(), role=Role.CHIEF).select_related("body__parent")
    return [(one.body_id, get_reach(one.role, one.body)) for one in chiefs.only("role", "body", *REACH_FIELDS)]


def find_head_posts(body_id: int) -> Posts:
    """Return the posts to notify of proposed words.

    They are the 政务公开办, the head, and the heads of supervising offices.
    """
    return (
        (Role.CHIEF, body_id),
        *((Role.LEAD, number) for number in sorted({body_id, *find_supervising_bodies(body_id)})),
    )


def make_proposal_message(proposal: ProposedWords | None) -> tuple[Notification, ...]:
    """Return the notification to users who may confirm; empty without a proposal."""
    if proposal is None:
        return ()
    return (
        Notification(
            subject=f"有待确认的文字：{proposal.title}"[:200],
            body=f"{proposal.by}提出“{proposal.title}”的公开文字，须由另一人核对确认后公众才能看到。",
            link=reverse("publishing:words"),
            key=f"words/{proposal.pk}",
            posts=_get_worded_kind(proposal).told(proposal.body_id),
        ),
    )


def make_decision_message(proposal: ProposedWords, decided: str) -> tuple[Notification, ...]:
    """Return the notification of the decision (`decided`, in Chinese) to the proposer; empty if that was a job."""
    if proposal.person_id is None:
        return ()
    return (
        Notification(
            subject=f"您提出的公开文字已办理：{proposal.title}"[:200],
            body=f"您提出的“{proposal.title}”的公开文字，{decided}",
            link=reverse("publishing:words"),
            key=f"words/{proposal.pk}/{proposal.state}",
            persons=(proposal.person_id,),
        ),
    )


def list_changed_words(proposal: ProposedWords) -> list[tuple[str, str, str]]:
    """Return (label, former words, proposed words) of each changed field."""
    kind = _get_worded_kind(proposal)
    return [
        (
            kind.labels.get(name, name),
            kind.shown(name, proposal.before.get(name, "")),
            kind.shown(name, value),
        )
        for name, value in proposal.after.items()
    ]


def _get_worded_kind(proposal: ProposedWords) -> WordedKind:
    """Return the registered kind of a proposal's target, whose name is "kind/number"."""
    return WORDED_KINDS_BY_NAME[proposal.target.partition("/")[0]]


def list_proposed_words(target: object) -> list[tuple[str, str, str]]:
    """Return (label, former words, proposed words) of a target's pending proposal, [] without one."""
    proposed_words = list_waiting(target).first()
    return list_changed_words(proposed_words) if proposed_words else []


def find_target(proposal: ProposedWords) -> Model | None:
    """Return the target of a proposal, or None if it was deleted."""
    number = int(proposal.target.partition("/")[2])
    return _get_worded_kind(proposal).model._default_manager.filter(pk=number).first()
