"""Rules for changing the record of a signed document.

The public reads the record next to the edition, so a record that anybody could change would bypass the reviews.
Dates must agree with the edition; other public words need a second person. Sources: 政府信息公开条例第十五条
(personal privacy), 第十七条 (审查 before publication).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Field
from django.utils import timezone
from django.utils.dateparse import parse_date

from gongkai.content.checks.grounds import find_ground_errors, get_ground_name
from gongkai.content.editions.models import Document, Edition, EditionContent, EditionEffect
from gongkai.content.editions.sources import list_editions
from gongkai.content.policies.library_proposals import ENTRY_FIELD_LABELS, find_pending_entry_errors
from gongkai.content.policies.models import Decision, PolicyLevel, PolicyRecord, Relation, RelationKind
from gongkai.content.policies.models.relations import FORWARD_LABELS
from gongkai.content.policies.rules import check_decider, check_signed_fields_editor
from gongkai.content.policies.text_facts import find_beginning_sentence, find_stated_last_days, read_stated_facts
from gongkai.content.policies.validity_periods import find_first_day, sync_standing
from gongkai.content.publishing import proposed_words as wording
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.chinese.days import day_in_words, find_days
from gongkai.lib.chinese.document_numbers import canonical_number
from gongkai.lib.privacy import Finding, find
from gongkai.lib.richtext import to_plain_text

#: Fields that only the office reads: the facts of consultation; all other fields of a record are public.
UNSIGNED_FIELDS = frozenset({"consulted_from", "consulted_to", "consultation", "exemption", "for_business"})
#: Fields that the supervisors of filing write into other units' records.
FILING_FIELDS = frozenset({"filed_number", "filed_on"})
#: Public free texts of a record; title and number are those of the signed edition.
TEXT_FIELDS = ("issuers", "subject", "headnote", "applies_to", "unified_number", "filed_number")
#: Dates of a record that decide whether it is in force; a signed edition gives them.
VALIDITY_DAY_FIELDS = ("effective_on", "ends_on")
#: Fields of a signed text that determine its validity.
VALIDITY_FIELDS = (*VALIDITY_DAY_FIELDS, "ends_when")
#: Dates that count as the first day in force if the text states none.
MAKING_DAY_FIELDS = ("made_on", "published_on")
#: States of a review that is signed by some or by all but not public yet.
SIGNING_STATES = (ReviewState.WAITING, ReviewState.APPROVED)
#: Number of findings named in a refusal.
MAX_NAMED_FINDINGS = 5


def find_binding_edition(document: Document | int | None) -> Edition | None:
    """Return the edition with which a record must agree.

    It is the one in force, else the first future one, or None. An urgent one counts after its review (补审), or alone.
    """
    if not document:
        return None
    number = document if isinstance(document, int) else document.pk
    published = Edition.objects.filter(document=number, act=EditionEffect.PUBLISH).select_related("content")
    unsigned = Review.objects.exclude(state=ReviewState.APPROVED).exclude(edition_id=None).values("edition_id")
    editions = published.filter(visible_from__lte=timezone.now()).order_by("-number")
    return editions.exclude(pk__in=unsigned).first() or editions.first() or published.order_by("number").first()


def find_binding_content(document: Document | int | None) -> EditionContent | None:
    """Return the content of a document's edition (`find_binding_edition`), or None if there is none or it was erased by law."""
    number = document if isinstance(document, int) or document is None else document.pk
    return getattr(ask_once(("edition of", number), lambda: find_binding_edition(number)), "content", None)


def is_signed(record: PolicyRecord) -> bool:
    """Return true if a record belongs to a signed document."""
    return record.document_id is not None and has_signed_edition(record.document_id)


def has_signed_edition(document: int) -> bool:
    """Return true if an edition of a document was signed."""
    return any(edition.act == EditionEffect.PUBLISH for edition in list_editions(document))


def find_signature_errors(record: PolicyRecord) -> list[str]:
    """Return reasons against changing public fields now: under review, or its entry unconfirmed."""
    if record.document_id is None:
        return find_pending_entry_errors(record)
    if not is_being_signed(record.document):
        return []
    return ["这份文件正在审签，公众看得到的入库信息现在不能修改；要修改，请先撤回送审或者退回。"]


def find_link_signature_errors(document: Document) -> list[str]:
    """Return reasons against changing links of an item under signature that is not a policy document."""
    if not is_being_signed(document):
        return []
    return ["这条信息正在审签，与政策文件的关联现在不能增减；要修改，请先撤回送审或者退回。"]


def is_being_signed(document: Document | None) -> bool:
    """Return true if a document's text is in review or signed and not public yet."""
    if document is None or document.item_number is None:
        return False
    last_review = Review.objects.filter(source=document.source).order_by("-pk").first()
    return last_review is not None and last_review.state in SIGNING_STATES and last_review.edition_id is None


def check_relation_editor(by: Actor, record: PolicyRecord) -> list[str]:
    """Return reasons against changing relations: none may during signature, only signers afterwards."""
    return find_signature_errors(record) or (check_signed_fields_editor(by, record) if is_signed(record) else [])


@dataclass(frozen=True)
class KeepingGround:
    """The ground for keeping personal data found in public words (`checks/grounds.py`), with an explanation."""

    ground: str
    words: str = ""

    def find_objections(self, by: Actor, target: object, findings: list[Finding]) -> list[str]:
        """Return the Chinese reasons against keeping the findings: the user may not, or the ground does not fit them.

        No signer sees these texts before they are public, so only a person who could sign may accept the findings.
        """
        wrong = [] if not check_signed_fields_editor(by, target) else [_CANNOT_KEEP_MESSAGE]
        return [*wrong, *(r for finding in findings for r in find_ground_errors(self.ground, self.words, finding.kind))]

    @property
    def said(self) -> str:
        """Return the ground in words for the log."""
        return f"；注明依据保留：{get_ground_name(self.ground)}。{self.words.strip()[:200]}".rstrip("。")


_CANNOT_KEEP_MESSAGE = "注明依据保留，须由本单位的签发人、负责人或者政务公开办办理。"
#: Advice after personal data was found.
_PERSONAL_DATA_ADVICE = "请改写；确应公开的，由本单位的签发人、负责人或者政务公开办注明依据后保留。"


def find_change_errors(
    record: PolicyRecord, changed: list[str], by: Actor, ground: KeepingGround | None = None
) -> list[str]:
    """Return reasons against an unsaved change of the fields `changed`: personal data, review, rights, signature."""
    texts = {name: getattr(record, name) for name in changed if name in TEXT_FIELDS}
    personal = find_wording_errors(record.body, texts, by, ground)
    seen = set(changed) - UNSIGNED_FIELDS
    if seen and not is_signed(record):
        return [*personal, *find_signature_errors(record)]
    if not seen:
        return personal
    rule = check_decider if seen <= FILING_FIELDS else check_signed_fields_editor
    return [*rule(by, record), *_find_unlike_signed(record, seen), *personal]


def _find_unlike_signed(record: PolicyRecord, changed: set[str]) -> list[str]:
    """Return errors if title, number or dates differ from the signed ones; a new edition changes them."""
    content = find_binding_content(record.document_id)
    if content is None:
        return []
    number = str(content.facts.get("document_number", ""))
    wrong = []
    if "title" in changed and record.title.strip() != content.title.strip():
        wrong.append(f"标题与已签发的版本（“{content.title}”）不一致，请先送审更正后的版本。")
    if "number" in changed and number and canonical_number(number) != canonical_number(record.number):
        wrong.append(f"发文字号与已签发的版本（“{number}”）不一致，请先送审更正后的版本。")
    return [*wrong, *_find_unsigned_days(record, changed, content)]


def find_unstated_dates(record: PolicyRecord) -> list[str]:
    """Return errors of dates that differ from those in the signed edition, or are missing there."""
    content = find_binding_content(record.document_id)
    return _find_unsigned_days(record, set(VALIDITY_DAY_FIELDS), content) if content else []


def _find_unsigned_days(record: PolicyRecord, changed: set[str], content: EditionContent) -> list[str]:
    """Return the errors of dates that the signed text does not give, as validity changes only by a signed text.

    If the facts of the edition lack the date, it is read from the text. The last day is one that the text states, or
    the end of a term that it states; the first day is the stated one, else a day of its making or its publication.
    """
    wrong, text = [], to_plain_text(content.html)
    begins, made = read_stated_facts(text).begins, _list_possible_days(record, content, text)
    for name in VALIDITY_DAY_FIELDS:
        value = getattr(record, name)
        signed = parse_date(str(content.facts.get(name, "")))
        if name not in changed or (value and value == signed):
            continue
        if signed is None and name == "effective_on":
            fits = (
                value == begins
                if begins
                else value in made or (value is None and not find_beginning_sentence(text, content.title))
            )
        elif signed is None:
            first = parse_date(str(content.facts.get("effective_on", ""))) or begins
            ends = find_stated_last_days(text, [first] if first else made, content.title)
            fits = value in ends if value else not ends
        else:
            fits = False
        if not fits:
            label = PolicyRecord._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            wrong.append(f"{label}与已签发的版本不一致，{STATE_DATE_ADVICE}")
    days = {day for name in MAKING_DAY_FIELDS if name in changed and (day := getattr(record, name))}
    if any(day > timezone.localdate() for day in days):
        wrong.append("这份文件已经公开，成文日期、公布日期不能晚于今天。")
    elif begins is None and record.effective_on is None and find_first_day(record) in days - made:
        wrong.append(f"没有写明施行日期的文件，自成文或者公布之日起显示为有效；{STATE_DATE_ADVICE}")
    return list(dict.fromkeys(wrong))


#: Advice on changing a date that the signed text does not state.
STATE_DATE_ADVICE = "正文没有写明这一天是本文件的日期：请在更正后的版本中写明（例如“本办法自印发之日起施行，有效期5年”），送审、签发公开后自动更新。"


def _list_possible_days(record: PolicyRecord, content: EditionContent, text: str) -> set[date]:
    """Return the possible first days of a text that takes effect when it was made or published."""
    given = [parse_date(str(content.facts.get(name, ""))) for name in ("written_on", "formed_on")]
    published = record.document.published_at if record.document else None
    days = {*find_days(text), *filter(None, given), *([timezone.localdate(published)] if published else [])}
    return {day for day in days if day <= timezone.localdate()}


def find_personal_data_errors(label: str, text: str) -> list[str]:
    """Return errors for the first five pieces of personal data in public words, and the number of others."""
    findings = find(text)
    named = [f"{label}中有不宜公开的内容“{finding.text}”：{finding.why}" for finding in findings[:MAX_NAMED_FINDINGS]]
    others = len(findings) - len(named)
    return [*named, f"{label}中另有{others}处。"] if others else named


def find_field_personal_data(fields: Mapping[str, object]) -> list[str]:
    """Return the errors of personal data in a record's fields."""
    labels = {name: str(getattr(PolicyRecord._meta.get_field(name), "verbose_name", name)) for name in fields}
    return [
        reason
        for name, value in fields.items()
        if value
        for reason in find_personal_data_errors(labels[name], str(value))
    ]


def find_wording_errors(body: Body, fields: Mapping[str, object], by: Actor, ground: KeepingGround | None) -> list[str]:
    """Return reasons against public words: personal data, or an invalid ground for keeping it."""
    findings = [finding for value in fields.values() if value for finding in find(str(value))]
    if not findings:
        return []
    if ground is None:
        return [*find_field_personal_data(fields), _PERSONAL_DATA_ADVICE]
    return list(dict.fromkeys(ground.find_objections(by, body, findings)))


#: Public fields of a record that no edition contains; a second person confirms them.
CONFIRMED_FIELDS = (
    *("level", "issuers", "unified_number", "subject", "headnote", "applies_to"),
    *("made_on", "passed_on", "published_on", "effective_on", "ends_on"),
)
#: Name of a relation to a document outside the library in a proposal → kind and label.
CITED_RELATION_FIELDS = {
    f"cite_{kind.value}": (kind, f"{FORWARD_LABELS[kind]}（库外）")
    for kind in (RelationKind.BASIS, RelationKind.REPLACES, RelationKind.AMENDS, RelationKind.REPEALS)
}
#: Labels of record fields by name.
FIELD_LABELS = {
    name: str(getattr(PolicyRecord._meta.get_field(name), "verbose_name", name)) for name in CONFIRMED_FIELDS
}


def split_confirmed_fields(
    record: PolicyRecord, names: Iterable[str], current: Mapping[str, object], by: Actor
) -> dict[str, object]:
    """Split off the changes that a second person must confirm.

    The fields are set back in the record and returned as field → new value, but not a date of validity that had
    a value. Nothing is returned if the document is unsigned or the system acts.

    Args:
        record: the changed record.
        names: the changed fields.
        current: the values to restore; missing ones become empty.
    """
    if by.system or not is_signed(record):
        return {}
    words = {}
    for name in names:
        if name in CONFIRMED_FIELDS:
            before = current[name] if name in current else get_empty_value(name)
            if getattr(record, name) != before:
                if not (
                    name in VALIDITY_DAY_FIELDS and current.get(name)
                ):  # a signed day is corrected by a new edition only
                    words[name] = getattr(record, name)
                setattr(record, name, before)
    return words


def propose_words(record: PolicyRecord, words: Mapping[str, object], by: Actor) -> ProposedWords | None:
    """Propose public words, checked for personal data before, for confirmation; None if none is needed."""
    return wording.propose_words(record, words, by, looked_at=True)


def propose_citation(record: PolicyRecord, kind: str, cited: str, by: Actor) -> ProposedWords | None:
    """Propose a relation of a signed document to one outside the library.

    Returns None if no confirmation is needed.

    Raises:
        Refused: another proposal of its kind, or by another user, is pending.
    """
    if not cited or by.system or not is_signed(record):
        return None
    name = f"cite_{kind}"
    rows = ProposedWords.objects.filter(target=record.stream, state=WordsState.WAITING)
    if any(name in proposed_words.after for proposed_words in rows):
        raise Refused("同类的库外文件还有一项待另一人确认，请先办理。")
    return propose_words(record, {name: cited}, by)


def _write_cause(decision: Decision, words: Mapping[str, str]) -> None:
    """Store the confirmed name of a decision's deciding document and derive validity anew; refuse an undone one."""
    if decision.undone_at:
        raise Refused("这项决定已经撤销。")
    decision.cited = words["cited"]
    decision.save(update_fields=["cited"])
    decision.record.save()
    sync_standing(decision.record)


def get_empty_value(name: str) -> object:
    """Return the empty value of the record field `name`."""
    return _get_field(name).get_default()


def _get_field(name: str) -> "Field[object, object]":
    field = PolicyRecord._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def _check_confirmer(by: Actor, record: PolicyRecord) -> list[str]:
    """Restrict confirmation to signers of the drafting unit and the 政务公开办; refuse everyone during signature."""
    return [*check_signed_fields_editor(by, record), *(find_signature_errors(record) if record.document_id else [])]


def _write_words(record: PolicyRecord, words: Mapping[str, str]) -> None:
    """Write confirmed fields, citations or an entry; Refused if it would repeat another or contradict its dates."""
    from gongkai.content.policies.actions.records import find_duplicate_errors, link_confirmed_entry

    if "document" in words:
        link_confirmed_entry(record, int(words["document"]), words["validity"])
        return
    for name, value in words.items():
        if name in CITED_RELATION_FIELDS:
            Relation.objects.get_or_create(
                kind=CITED_RELATION_FIELDS[name][0], record=record, cited=value, defaults={"made_by": "经另一人确认"}
            )
            continue
        field = _get_field(name)
        setattr(record, name, field.to_python(value) if value else field.get_default())
    if reasons := [
        *find_duplicate_errors(record),
        *find_change_errors(record, [n for n in words if n in (*VALIDITY_DAY_FIELDS, *MAKING_DAY_FIELDS)], SYSTEM),
    ]:
        raise Refused(reasons)
    record.save()
    sync_standing(record)


def _list_notified_posts(body_id: int) -> wording.Posts:
    return ((Role.SIGNER, body_id), *wording.find_head_posts(body_id))


def _show_value(name: str, value: str) -> str:
    """Return a field's value in Chinese: the level's label, the day."""
    if name == "level" and value in PolicyLevel.values:
        return str(PolicyLevel(value).label)
    if name.endswith("_on") and value:
        return day_in_words(date.fromisoformat(value))
    return value


def register_record_words() -> None:
    """Register the record's public words with the confirmation by a second person."""
    cited = {name: label for name, (_, label) in CITED_RELATION_FIELDS.items()}
    labels = {**FIELD_LABELS, **ENTRY_FIELD_LABELS, **cited}
    kind = wording.WordedKind(
        PolicyRecord, labels, lambda one: one.body_id, _check_confirmer, _write_words, _list_notified_posts, _show_value
    )
    wording.register_words("policy", kind)
    cause = wording.WordedKind(
        Decision,
        {"cited": "作出决定的文件（库外）"},
        lambda one: one.record.body_id,
        lambda by, one: _check_confirmer(by, one.record),
        _write_cause,
        _list_notified_posts,
    )
    wording.register_words("policydecision", cause)
