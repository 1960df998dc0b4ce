"""Hold changes of a signed document's shown fields (题注, 适用对象, dates) for a second person.

So do the names of documents outside the library in a relation, which is written when it is confirmed.
Before an edition is signed its signers see the record beside the text; afterwards only `publishing.wording` lets anything of it out.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Field

from gongkai.content.policies.models import Decision, Kind, Level, PolicyRecord, Relation
from gongkai.content.policies.models.relations import FORWARDS
from gongkai.content.policies.rules import vouches
from gongkai.content.policies.signed import DAYS, against, held, under_signature
from gongkai.content.policies.spans import sync
from gongkai.content.publishing import wording
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.lib.chinese.days import day_in_words

#: What the public reads of a record that no edition says for it: title and number are the edition's, the filing number the justice bureau's.
WAITING = (
    *("level", "issuers", "unified_number", "subject", "headnote", "applies_to"),
    *("made_on", "passed_on", "published_on", "effective_on", "ends_on"),
)
#: Relations to documents outside the library, as a proposal names them: `cite_basis` → kind and label.
CITED = {
    f"cite_{kind.value}": (kind, f"{FORWARDS[kind]}（库外）")
    for kind in (Kind.BASIS, Kind.REPLACES, Kind.AMENDS, Kind.REPEALS)
}
LABELS = {name: str(getattr(PolicyRecord._meta.get_field(name), "verbose_name", name)) for name in WAITING}


def set_apart(record: PolicyRecord, names: Iterable[str], known: Mapping[str, object], by: Actor) -> dict[str, object]:
    """Take out of a record, changed in memory, what must wait, and return it: field → new value. Nothing where nobody signed it, or the system acts.

    Args:
        record: changed already.
        names: the fields that differ.
        known: what they go back to; the field's own empty value where it says nothing.
        by: who acts.
    """
    if by.system or not held(record):
        return {}
    words = {}
    for name in names:
        if name in WAITING:
            before = known[name] if name in known else _field(name).get_default()
            if getattr(record, name) != before:
                if not (name in DAYS and known.get(name)):  # a signed day is corrected by a new edition only
                    words[name] = getattr(record, name)
                setattr(record, name, before)
    return words


def hold(record: PolicyRecord, words: Mapping[str, object], by: Actor) -> ProposedWords | None:
    """Let words of a stored record wait for a second person; its own rule looked for personal data in them."""
    return wording.hold(record, words, by, looked_at=True)


def cite(record: PolicyRecord, kind: str, cited: str, by: Actor) -> ProposedWords | None:
    """Let a relation of a signed document to one outside the library wait for a second person; None where it need not.

    Raises:
        Refused: another one of its kind, or somebody else's words, wait.
    """
    if not cited or by.system or not held(record):
        return None
    name = f"cite_{kind}"
    rows = ProposedWords.objects.filter(target=record.stream, state=WordsState.WAITING)
    if any(name in proposed_words.after for proposed_words in rows):
        raise Refused("同类的库外文件还有一项待另一人确认，请先办理。")
    return hold(record, {name: cited}, by)


def _write_cause(decision: Decision, words: Mapping[str, str]) -> None:
    if decision.undone_at:
        raise Refused("这项决定已经撤销。")
    decision.cited = words["cited"]
    decision.save(update_fields=["cited"])
    decision.record.save()
    sync(decision.record)


def _field(name: str) -> "Field[object, object]":
    found = PolicyRecord._meta.get_field(name)
    assert isinstance(found, Field)
    return found


def _confirms(by: Actor, record: PolicyRecord) -> list[str]:
    """Whoever signs for the drafting unit, and the 政务公开办; while a correction of it is being signed, nobody."""
    return [*vouches(by, record), *under_signature(record)]


def _write(record: PolicyRecord, words: Mapping[str, str]) -> None:
    from gongkai.content.policies.actions.records import doubles

    for name, value in words.items():
        if name in CITED:
            Relation.objects.get_or_create(
                kind=CITED[name][0], record=record, cited=value, defaults={"made_by": "经另一人确认"}
            )
            continue
        field = _field(name)
        setattr(record, name, field.to_python(value) if value else field.get_default())
    if reasons := [*doubles(record), *against(record, [n for n in words if n in DAYS], SYSTEM)]:
        raise Refused(reasons)
    record.save()
    sync(record)


def _told(body_id: int) -> wording.Posts:
    return ((Role.SIGNER, body_id), *wording.heads_of(body_id))


def _shown(name: str, value: str) -> str:
    if name == "level" and value in Level.values:
        return str(Level(value).label)
    if name.endswith("_on") and value:
        return day_in_words(date.fromisoformat(value))
    return value


def register() -> None:
    """Enter the library's words among those that wait."""
    labels = {**LABELS, **{name: label for name, (_, label) in CITED.items()}}
    kind = wording.Worded(PolicyRecord, labels, lambda one: one.body_id, _confirms, _write, _told, _shown)
    wording.register_words("policy", kind)
    cause = wording.Worded(
        Decision,
        {"cited": "作出决定的文件（库外）"},
        lambda one: one.record.body_id,
        lambda by, one: _confirms(by, one.record),
        _write_cause,
        _told,
    )
    wording.register_words("policydecision", cause)
