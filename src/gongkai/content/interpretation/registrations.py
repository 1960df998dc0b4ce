"""Publication gates of policy documents and interpretations, and the registrations of this app at start-up.

Sources: 国办发〔2016〕80号 (三同步: 解读方案、解读材料与文件同步组织、同步审签、同步部署); the task notices (送审时须附解读材料、主要负责人审定;
八个方面; 不得以文件解读文件).
"""

from collections.abc import Iterator
from typing import cast

from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks.check_runs import check_files, why_unreadable
from gongkai.content.checks.ruleset import rules_for
from gongkai.content.checks.text_extraction import EMPTY_FILE_PREFIX
from gongkai.content.editions.erasure import ERASURE_HANDLERS, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.frozen import FrozenFile
from gongkai.content.editions.gates import (
    COMPANION_FINDERS,
    ItemPanel,
    PublicationGate,
    register_gate,
    register_item_panel,
    register_step,
)
from gongkai.content.editions.models import Edition
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.editions.parts import (
    DocumentRelation,
    ReceivedDocuments,
    TablePart,
    register_part,
    register_related,
)
from gongkai.content.editions.shelves import was_public
from gongkai.content.editions.sources import OutgoingText, item_number
from gongkai.content.interpretation import panels, queries, readiness
from gongkai.content.interpretation.aspects import copied_share, list_missing_aspects
from gongkai.content.interpretation.forms import releases
from gongkai.content.interpretation.importing import PLANNED_RELEASE_IMPORTER
from gongkai.content.interpretation.models import Interpretation, InterpretationMedium, Plan, setting_of
from gongkai.content.interpretation.queries import read_document_text
from gongkai.content.interpretation.readiness import (
    PICTURE_TYPES,
    UNRELATED_ERROR,
    PreparedInterpretation,
    find_content_error,
    is_unrelated,
    list_prepared,
)
from gongkai.content.interpretation.states import OWED_KIND, PLANNED_KIND, RESULT_KIND
from gongkai.content.interpretation.syncing import sync_after_publication, sync_all_entries
from gongkai.content.publishing.documents import title_of
from gongkai.content.reviewing.required_reading import register_effects
from gongkai.core.acts.following import CatchUp, follow_actions
from gongkai.core.ledger import kinds
from gongkai.core.ledger.desk import TODOS_TEMPLATE, EntryPanel, HomeBlock, register_block, register_panel
from gongkai.core.ledger.figures import register_score, timeliness_source
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import register_past, undoes_lateness
from gongkai.core.spreadsheets import importers as spreadsheets
from gongkai.lib.richtext import to_plain_text


class InterpretationErasureHandler(BaseErasureHandler):
    """Names the entries and messages about the interpretation of an erased document; they have no text of their own."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the plan's messages and the entries of the document with its title."""
        document = edition.document
        if not is_erased_by_law(edition):
            return TextEchoes()
        entries = list(Entry.objects.filter(interpretation__document=document))
        return TextEchoes(
            shared=frozenset(entry.stream for entry in entries),
            links=frozenset(
                {reverse("interpretation:plan", args=(document.item_number or 0,)), *(entry.url for entry in entries)}
            ),
            entries=frozenset(entry.pk for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Do nothing: the words are erased with the echoes."""


INTERPRETATION_ERASURE_HANDLER = InterpretationErasureHandler("item")


def check_policy_interpretation(text: OutgoingText) -> list[str]:
    """Publication gate: require an approved plan of policy items, and its texts, unless the government disabled it."""
    if text.frozen.facts["kind"] not in POLICY_KINDS or not setting_of(text.source.unit).strict:
        return []
    plan = Plan.objects.filter(item_id=item_number(text.source.stream)).first()
    if plan is None:
        return ["政策文件须先填写解读方案（不需要解读的，也在方案中写明理由）。"]
    reasons = [] if plan.passed_at else ["解读方案还没有经主要负责人审定。"]
    if plan.needed and not was_public(text.editions, timezone.now()):
        reasons += _find_unready_forms(text, plan)
    return reasons


def _find_unready_forms(text: OutgoingText, plan: Plan) -> list[str]:
    """Return forms of the plan that are not written and checked, or not published by the document's date."""
    interpretations = list_prepared(text.document)
    if not interpretations:
        return ["解读稿还没有起草：政策文件与解读同步审签。"]
    reasons = []
    for form in plan.wanted:
        found = [interpretation for interpretation in interpretations if interpretation.link.form == form]
        if text.start is None:
            ready = [interpretation for interpretation in found if not interpretation.lacks]
        else:
            ready = [interpretation for interpretation in found if interpretation.is_public_by(text.start)]
        if not ready:
            reasons += _explain_unready_form(form, found, going_out=text.start is not None)
    return reasons


def _explain_unready_form(form: str, interpretations: list[PreparedInterpretation], *, going_out: bool) -> list[str]:
    """Return the Chinese reasons why a required form may not be sent for review (or published if `going_out`)."""
    if not interpretations:
        return [f"方案要求的{InterpretationMedium(form).label}还没有起草。"]
    if going_out:
        text = "；".join(f"“{interpretation.title}”{interpretation.words}" for interpretation in interpretations)
        return [f"{InterpretationMedium(form).label}须与文件同时或者提前公开，请先完成它的审签：{text}。"]
    return [f"“{one.title}”还没有写好：{'；'.join(one.lacks[:3]).rstrip('。')}。" for one in interpretations]


def _find_blank_picture_error(text: OutgoingText) -> str:
    """Return the error of a picture interpretation with only blank pictures; other checks refuse blank files."""
    files = text.frozen.files
    shown = [file for file in files if file["picture"] and "of" not in file]
    if not shown or any(not file["picture"] and file["type"].startswith(PICTURE_TYPES) for file in files):
        return ""
    as_files = [{**file, "picture": False, "name": f"正文图片.{file['type'].rpartition('/')[2]}"} for file in shown]
    results = check_files(cast(list[FrozenFile], as_files), rules_for(text.source.unit)).values()
    if all(why_unreadable(result).startswith(EMPTY_FILE_PREFIX) for result in results):
        return "图片解读的图片是空白的，或者小得看不清：请换成写明文件内容的图片。"
    return ""


def check_interpretation(text: OutgoingText) -> list[str]:
    """Publication gate: require the explained document, real content, the eight elements, and own wording."""
    if text.frozen.facts["kind"] != ItemKind.INTERPRETATION:
        return []
    link = (
        Interpretation.objects.select_related("document__body").filter(item_id=item_number(text.source.stream)).first()
    )
    if link is None:
        return ["请选择这篇解读所解读的政策文件。"]
    words = find_content_error(text.frozen, link.form)
    if not words and link.form == InterpretationMedium.PICTURE:
        words = _find_blank_picture_error(text)
    reasons = [words] if words else []
    missing_aspects = list_missing_aspects(link.aspects)
    if missing_aspects:
        reasons.append(f"八个方面还缺：{'、'.join(missing_aspects)}（没有的请写明理由）。")
    words, stated = to_plain_text(text.frozen.html), read_document_text(link.document)
    if link.form == InterpretationMedium.TEXT and not reasons and is_unrelated(words, stated, title_of(link.document)):
        reasons.append(UNRELATED_ERROR)
    share = copied_share(words, stated) if words else 0.0
    limit = setting_of(text.source.unit).copied_percent
    if share * 100 > limit and link.copied_digest != text.frozen.digest:
        reasons.append(f"摘抄原文的句子占{share:.0%}，超过{limit}%，须由审核人员确认，或改写后再送审。")
    return reasons


def register_all() -> None:
    """Register relations, gates, panels, the step, ledger kinds, jobs and package tables."""
    _register_item_parts()
    for kind in (OWED_KIND, PLANNED_KIND, RESULT_KIND):
        kinds.register_entry_kind(kind)
    spreadsheets.register_importer(PLANNED_RELEASE_IMPORTER)
    releases.register_forms()
    register_past("press_plan.hold", undoes_lateness)
    register_panel(
        EntryPanel("press_plan", "interpretation/planned.html", panels.planned_release_context, kinds={"press_plan"})
    )
    register_panel(
        EntryPanel("press_result", "interpretation/handed.html", panels.handover_context, kinds={"press_result"})
    )
    register_score(timeliness_source("interpretation", "政策解读按期发布"))
    register_panel(
        EntryPanel("interpretation", "interpretation/owed.html", panels.owed_context, kinds={"interpretation"})
    )
    register_block(HomeBlock("plans", 91, panels.make_plans_block, TODOS_TEMPLATE, needs=panels.unapproved_plan_rows))
    due = CatchUp("interpretation", "待解读清单", sync_all_entries, 9)
    follow_actions(("publishing.publish", "publishing.withdraw"), sync_after_publication, due=due)
    fields = ("item_id", "document_id", "text_id", "form")
    register_part(TablePart("interpretation", "政策解读的关联", 320, Interpretation, fields, _iterate_public_links))


def _register_item_parts() -> None:
    """Register the gates, panels, relations and copies of items."""
    ERASURE_HANDLERS.append(INTERPRETATION_ERASURE_HANDLER)
    register_related(DocumentRelation("interpretation", "政策解读", 20, queries.list_interpretations_of))
    register_related(DocumentRelation("interpreted", "本文解读的文件", 21, queries.list_explained_documents))
    register_step("政策解读", queries.describe_interpretation)
    register_gate(PublicationGate("interpretation_plan", 300, check_policy_interpretation))
    register_gate(PublicationGate("interpretation", 310, check_interpretation))
    COMPANION_FINDERS.append(readiness.unpublished_explained_document)
    register_effects(readiness.list_approved_effects)
    plan = ItemPanel("interpretation_plan", "interpretation/plan_panel.html", panels.plan_context, 300, warns=True)
    register_item_panel(plan)
    register_item_panel(ItemPanel("interpretation", "interpretation/link_panel.html", panels.link_context, 310))


def _iterate_public_links(documents: ReceivedDocuments) -> Iterator[Interpretation]:
    """Yield links with both documents in the package, filtered in Python because SQL limits parameters."""
    rows = Interpretation.objects.exclude(document=None).exclude(text=None).order_by("pk").iterator(1000)
    return (row for row in rows if row.document_id in documents.documents and row.text_id in documents.documents)
