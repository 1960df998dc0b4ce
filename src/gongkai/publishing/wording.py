"""Words that go to the public without a review: which they are, and how they are held back until a second person confirmed them.

`config/public_words.toml` lists every field of text and how it comes to the public.
"""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from gongkai.acts.action import Refused, Tell, stream_of
from gongkai.acts.public_words import refuse_personal
from gongkai.editions.models import Column, Website
from gongkai.publishing.models import ProposedWords, WordsState
from gongkai.units.actors import in_force, reach_of
from gongkai.units.humans import is_self
from gongkai.units.models import Appointment, Body, Role

#: Model → the fields whose words are free, as people call them.
FREE: dict[str, dict[str, str]] = {
    "website": {
        "name": "网站名称",
        "sponsor": "主办单位",
        "undertaker": "承办单位",
        "contact": "联系方式",
        "leader": "分管领导",
    },
    "column": {"name": "栏目名称", "content": "栏目内容说明", "archive_note": "归档说明"},
}


def refuse_personal_of(target: Any) -> None:
    """Refuse personal data in the free words of what becomes public as a whole: a column or a site that opens.

    Raises:
        Refused: some was found.
    """
    labels = FREE[stream_of(target).partition("/")[0]]
    refuse_personal({name: getattr(target, name) for name in labels}, labels)


def hold(target: Website | Column, changed: Mapping[str, Any], by: Any) -> ProposedWords | None:
    """Hold free words back that somebody wants to change, and return the proposal; None where there are none, or the system acts.

    Args:
        target: a site or a column that the public reads.
        changed: field → new value, of what differs.
        by: who acts.

    Raises:
        Refused: personal data stands in them, or somebody else's words wait.
    """
    labels = FREE[stream_of(target).partition("/")[0]]
    words = {name: str(value) for name, value in changed.items() if name in labels}
    if not words:
        return None
    refuse_personal(words, labels)
    if by.system:
        return None
    waiting = ProposedWords.objects.filter(target=stream_of(target), state=WordsState.WAITING)
    before = waiting.select_for_update().first()
    if before is not None:
        # Who adds to somebody else's words would stand as their proposer, and that one could confirm their own.
        if not is_self(by, before.person_id):
            raise Refused(
                f"“{before.title}”有{before.by}提出的文字待确认，请先核对确认或者不同意，再作修改。"
            )
        words = {**before.after, **words}
        waiting.update(state=WordsState.REPLACED)
    return _propose(target, words, by)


def hold_opening(column: Column, by: Any) -> ProposedWords:
    """Let a closed column's words wait until a second person confirms them: it opens then.

    Raises:
        Refused: they wait already.
    """
    if ProposedWords.objects.filter(target=stream_of(column), state=WordsState.WAITING).exists():
        raise Refused("已经提请开通，等待另一人确认。")
    return _propose(column, {"name": column.name, "content": column.content}, by, opens=True)


def _propose(
    target: Website | Column, words: dict[str, str], by: Any, *, opens: bool = False
) -> ProposedWords:
    return ProposedWords.objects.create(
        target=stream_of(target),
        title=str(target.name)[:200],
        body_id=body_of(target),
        before={} if opens else {name: str(getattr(target, name) or "") for name in words},
        after=words,
        by=by.name,
        person_id=by.person_id,
        account_id=by.user_id,
    )


def body_of(target: Website | Column) -> int:
    """Return the number of the body whose site it is."""
    website = target if isinstance(target, Website) else target.website
    return int(website.body_id)


def offices_of(body_id: int) -> set[int]:
    """Return the bodies whose 政务公开办 looks after a body's sites: their heads may confirm, too."""
    path = Body.objects.values_list("path", flat=True).get(pk=body_id)
    chiefs = Appointment.objects.filter(in_force(), role=Role.CHIEF).select_related("body__parent")
    return {one.body_id for one in chiefs if path.startswith(reach_of(one.role, one.body))}


def tell(proposal: ProposedWords | None) -> tuple[Tell, ...]:
    """Return the message to those who may confirm; nothing where nothing waits."""
    if proposal is None:
        return ()
    return (
        Tell(
            subject=f"有待确认的公开文字：{proposal.title}"[:200],
            body=f"{proposal.by}提出“{proposal.title}”的公开文字，须由另一人核对确认后公众才能看到。",
            link=reverse("publishing:words"),
            key=f"words/{proposal.pk}",
            posts=(
                (Role.CHIEF, proposal.body_id),
                *((Role.LEAD, one) for one in sorted({proposal.body_id, *offices_of(proposal.body_id)})),
            ),
        ),
    )


def labelled(proposal: ProposedWords) -> list[tuple[str, str, str]]:
    """Return each changed field: label, former words, proposed words."""
    labels = FREE[proposal.target.partition("/")[0]]
    return [
        (labels.get(name, name), proposal.before.get(name, ""), value)
        for name, value in proposal.after.items()
    ]


def proposed(target: Website | Column) -> list[tuple[str, str, str]]:
    """Return the words that wait to be confirmed for a site or a column, as `labelled` has them."""
    one = ProposedWords.objects.filter(target=stream_of(target), state=WordsState.WAITING).first()
    return labelled(one) if one else []


def target_of(proposal: ProposedWords) -> Website | Column | None:
    """Return what the words are for; None where it is gone."""
    kind, _, number = proposal.target.partition("/")
    model: Any = {"website": Website, "column": Column}[kind]
    found: Website | Column | None = model.objects.filter(pk=int(number)).first()
    return found
