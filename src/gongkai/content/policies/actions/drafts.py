"""Actions that copy a record's facts into its item (the draft in the editor)."""

from collections.abc import Sequence

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import document_of
from gongkai.content.editions.vocabulary import Attribute, Basis
from gongkai.content.policies import library_proposals
from gongkai.content.policies.actions.files import original_stream
from gongkai.content.policies.actions.records import hand_text_to_item, item_fields
from gongkai.content.policies.models import Level, PolicyRecord
from gongkai.content.policies.rules import check_may_keep
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.documents import item_of
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.losses import losses_of, record_losses
from gongkai.lib.richtext import clean_html


@action("policies.draft", label="起草公开", rule=check_may_keep)
def draft_item(record: PolicyRecord, *, by: Actor, columns: Sequence[Column] = ()) -> ActionResult:
    """Draft the item of a record that has none, with its fields, text and original."""
    if record.document_id:
        raise Refused("这份文件已有对应的信息。")
    if reasons := library_proposals.find_unconfirmed_entry_errors(record):
        raise Refused(reasons)
    attachments = [(record.original_name, record.original)] if record.original else []
    item: ItemPage = publishing.create_draft(
        record.body,
        by=by,
        columns=columns,
        attachments=attachments,
        **item_fields(record),
        imported_html=clean_html(record.html),
        formed_on=record.made_on or timezone.localdate(),
        attribute=Attribute.PROACTIVE,
        attribute_basis=Basis.A20_1,
        attribute_reason="属于应当主动公开的规章和规范性文件"
        if record.level in {Level.GOVERNMENT_RULE, Level.NORMATIVE}
        else "属于应当主动公开的政策文件",
    )
    record.document = document_of(item)
    if record.html and record.original_id and (lost := losses_of(original_stream(record.original_id))):
        record_losses(item.stream, lost.source, lost.lines)
    hand_text_to_item(record, by)
    return ActionResult(words="起草公开", facts={"item": item.pk}, result=item)


@action("policies.align", label="按入库信息更新信息页", rule=check_may_keep)
def align_item(record: PolicyRecord, *, by: Actor) -> ActionResult:
    """Write the record's facts into a new draft of its item."""
    item = item_of(record.document) if record.document else None
    if item is None:
        raise Refused("还没有对应的信息。")
    publishing.save_revision(item, by=by, **item_fields(record))
    return ActionResult(words="按入库信息更新信息页", facts={"item": item.pk})
