"""Propose linking a record to a public document; a second person confirms the validity shown."""

from gongkai.content.editions.models import Document
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.publishing import proposed_words
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.core.acts.actors import Actor

#: Fields of the proposal to enter a document that is already public, with their labels.
ENTRY_FIELD_LABELS = {"document": "入库的公开信息编号", "validity": "公众看到的有效性"}


def propose_entry(record: PolicyRecord, document: Document, shown: str, by: Actor) -> ProposedWords | None:
    """Propose linking a record to a public document whose shown validity would change; None if that needs no second person.

    Args:
        record: a record without a document.
        document: the public document.
        shown: the sentence on its validity that the public will read.
        by: the user who enters it.
    """
    words = {"document": document.pk, "validity": f"{shown}（{record}）"}
    return proposed_words.propose_words(record, words, by, looked_at=True)


#: States of proposals that were not confirmed.
UNCONFIRMED_STATES = (WordsState.WAITING, WordsState.REFUSED, WordsState.WITHDRAWN)


def find_unconfirmed_entry(record: PolicyRecord) -> ProposedWords | None:
    """Return the unconfirmed proposal to link a record to a public document, or None."""
    if record.pk is None or record.document_id is not None:
        return None
    rows = ProposedWords.objects.filter(target=record.stream, after__has_key="document", state__in=UNCONFIRMED_STATES)
    return rows.order_by("-pk").first()


def find_proposed_document(entry: ProposedWords) -> Document | None:
    """Return the public document that a proposed entry names; None if it was deleted."""
    return Document.objects.filter(pk=entry.after["document"]).first()


def map_entry_states() -> dict[str, str]:
    """Return the state of the last proposal of each record to enter a public document, by the record's stream."""
    rows = ProposedWords.objects.filter(
        target__startswith="policy/", after__has_key="document", state__in=UNCONFIRMED_STATES
    )
    return dict(rows.order_by("pk").values_list("target", "state"))


def find_repeated_entry_errors(document: Document) -> list[str]:
    """Return reasons against entering a document twice: it is pending, or an unconfirmed record still exists."""
    rows = ProposedWords.objects.filter(target__startswith="policy/", state__in=UNCONFIRMED_STATES)
    for row in rows.filter(after__document=str(document.pk)).order_by("-pk"):
        if PolicyRecord.objects.filter(pk=row.target.partition("/")[2], document=None).exists():
            waits = row.state == WordsState.WAITING
            return ["这条信息已经提请入库，待另一人在“待确认的文字”中确认。"] if waits else [_describe_refusal(row)]
    return []


def _describe_refusal(entry: ProposedWords) -> str:
    """Return the Chinese reason why a proposed entry was not made."""
    outcome = "已经撤回" if entry.state == WordsState.WITHDRAWN else f"{entry.decided_by}没有同意"
    return f"{entry.title}由{entry.by}提请入库，{outcome}：请先移出政策库，再从信息页重新入库。"


def find_pending_entry_errors(record: PolicyRecord) -> list[str]:
    """Return reasons against acting on a record while its link to a public document awaits confirmation."""
    entry = find_unconfirmed_entry(record)
    if entry is None or entry.state != WordsState.WAITING:
        return []
    return [
        f"{entry.title}由{entry.by}提请入库，待另一人确认，确认之前不能改动或者引用：请本单位的签发人、负责人或者政务公开办在“待确认的文字”中办理；"
        "要改动的，由提请的人在那里撤回，或者由办理的人不同意，再移出政策库重新入库。"
    ]


def find_unconfirmed_entry_errors(record: PolicyRecord) -> list[str]:
    """Return reasons against drafting an item for a record that was proposed for a public document."""
    entry = find_unconfirmed_entry(record)
    return find_pending_entry_errors(record) or ([_describe_refusal(entry)] if entry else [])
