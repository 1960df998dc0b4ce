"""Publication gates of policy documents and interpretations; owed interpretations follow publications, also by a job.

Sources: 国办发〔2016〕80号 (三同步: 解读方案、解读材料与文件同步组织、同步审签、同步部署); the task notices (送审时须附解读材料、主要负责人审定;
八个方面; 不得以文件解读文件).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.content.checks.check_runs import check_files, explain_unreadable_file
from gongkai.content.checks.ruleset import get_check_rules
from gongkai.content.checks.text_extraction import EMPTY_FILE_PREFIX
from gongkai.content.editions.frozen import FrozenFile
from gongkai.content.editions.models import Document, Edition, Shelf
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.editions.shelves import was_public
from gongkai.content.editions.sources import OutgoingText, get_item_number
from gongkai.content.interpretation.aspects import compute_copied_share, list_missing_aspects
from gongkai.content.interpretation.models import Interpretation, InterpretationMedium, Owed, Plan, get_setting
from gongkai.content.interpretation.queries import filter_public_shelf, read_document_text
from gongkai.content.interpretation.readiness import (
    PICTURE_TYPES,
    UNRELATED_ERROR,
    PreparedInterpretation,
    find_content_error,
    find_withdrawal_errors,
    is_unrelated,
    list_prepared_interpretations,
    publish_all_signed_interpretations,
    publish_signed_interpretations,
    withdraw_scheduled_interpretations,
)
from gongkai.content.publishing.models import get_document_title
from gongkai.core.acts.action import Refused
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.richtext import to_plain_text


def check_policy_interpretation(text: OutgoingText) -> list[str]:
    """Publication gate: require an approved plan of policy items, and its texts, unless the government disabled it."""
    if text.frozen.facts["kind"] not in POLICY_KINDS or not get_setting(text.source.unit).strict:
        return []
    plan = Plan.objects.filter(item_id=get_item_number(text.source.stream)).first()
    if plan is None:
        return ["政策文件须先填写解读方案（不需要解读的，也在方案中写明理由）。"]
    reasons = (
        [] if plan.passed_at else ["解读方案还没有审定：请本单位主要负责人审定，没有主要负责人的，由政务公开办审定。"]
    )
    if plan.needed and not was_public(text.editions, timezone.now()):
        reasons += _find_unready_forms(text, plan)
    return reasons


def _find_unready_forms(text: OutgoingText, plan: Plan) -> list[str]:
    """Return reasons: planned interpretations that are not ready or, if the text has a date, not public by then."""
    interpretations = list_prepared_interpretations(text.document)
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
    return [f"“{one.title}”还没有写好：{''.join(one.lacks[:3])}" for one in interpretations]


def _find_blank_picture_error(text: OutgoingText) -> str:
    """Return the error of a picture interpretation with only blank pictures, or ""; blank files fail other checks."""
    files = text.frozen.files
    shown = [file for file in files if file["picture"] and "of" not in file]
    if not shown or any(not file["picture"] and file["type"].startswith(PICTURE_TYPES) for file in files):
        return ""
    as_files = [{**file, "picture": False, "name": f"正文图片.{file['type'].rpartition('/')[2]}"} for file in shown]
    results = check_files(cast(list[FrozenFile], as_files), get_check_rules(text.source.unit)).values()
    if all(explain_unreadable_file(result).startswith(EMPTY_FILE_PREFIX) for result in results):
        return "图片解读的图片是空白的，或者小得看不清：请换成写明文件内容的图片。"
    return ""


def check_interpretation(text: OutgoingText) -> list[str]:
    """Publication gate: require the explained document, real content, the eight elements, and own wording."""
    if text.frozen.facts["kind"] != ItemKind.INTERPRETATION:
        return []
    link = (
        Interpretation.objects.select_related("document__body")
        .filter(item_id=get_item_number(text.source.stream))
        .first()
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
    if (
        link.form == InterpretationMedium.TEXT
        and not reasons
        and is_unrelated(words, stated, get_document_title(link.document))
    ):
        reasons.append(UNRELATED_ERROR)
    share = compute_copied_share(words, stated) if words else 0.0
    limit = get_setting(text.source.unit).copied_percent
    if share * 100 > limit and link.copied_digest != text.frozen.digest:
        reasons.append(f"摘抄原文的句子占{share:.0%}，超过{limit}%，须由审核人员确认，或改写后再送审。")
    return reasons


def map_public_start_times(documents: Collection[int]) -> dict[int, datetime]:
    """Return {document: time since which it is public}, without others."""
    return dict(filter_public_shelf().filter(document__in=documents).values_list("document", "published_at"))


def _find_missing_forms(
    documents: Collection[Document], plans: Mapping[int, Plan], owed: Collection[Owed]
) -> dict[int, tuple[list[str], datetime | None]]:
    """Return (missing forms, time since when all are public or None) of each public policy document, by key.

    Without a plan, the forms ordered by the office are required; if only a text was ordered, any
    interpretation counts.

    Args:
        documents: policy documents.
        plans: their plans that need an interpretation, by key of the item.
        owed: their rows in the list of missing interpretations, the newest last.
    """
    public = map_public_start_times([document.pk for document in documents])
    running = {one.document_id: one.forms for one in owed if one.entry.closed_at is None}
    ordered = {pk: forms for pk, forms in running.items() if forms != [InterpretationMedium.TEXT]}
    links = list(Interpretation.objects.filter(document__in=public, text__isnull=False))
    texts = map_public_start_times([link.text_id for link in links if link.text_id])
    since: dict[int, dict[str, datetime]] = defaultdict(dict)
    for link in links:
        if link.text_id in texts:
            at = texts[link.text_id]
            since[link.document_id][link.form] = min(at, since[link.document_id].get(link.form, at))
    return {
        document.pk: _find_missing_forms_of_document(
            plans.get(document.item_number or 0), ordered.get(document.pk), since[document.pk]
        )
        for document in documents
        if document.pk in public
    }


def _find_missing_forms_of_document(
    plan: Plan | None, ordered: list[str] | None, since: dict[str, datetime]
) -> tuple[list[str], datetime | None]:
    """Return (required forms that are not public, time when all were public or None); `since`: publication time by form."""
    if plan is None and ordered is None and since:  # nobody asked for a form: any explains it
        return [], min(since.values())
    wanted = plan.wanted if plan else ordered or [InterpretationMedium.TEXT.value]
    missing = [form for form in wanted if form not in since]
    return missing, max(since.values()) if since and not missing else None


def sync_interpretation_entries(documents: Collection[Document], *, ordered: bool = False) -> int:
    """Open or close the entries of documents by their missing forms; return how many changed.

    `ordered`: the office has just ordered forms, so that documents are owed again that it had excused before.
    """
    from gongkai.content.interpretation.actions import (
        close_interpreted,
        end_interpretation,
        excuse_interpretation,
        owe_interpretation,
    )

    policies = [document for document in documents if document.kind in POLICY_KINDS]
    if not policies:
        return 0
    owed = list(Owed.objects.select_related("entry").filter(document__in=policies).order_by("entry"))
    items = [document.item_number or 0 for document in policies]
    planned = {plan.item_id: plan for plan in Plan.objects.filter(item_id__in=items, needed=True)}
    if not owed and not planned:
        return 0  # nothing to end, and nothing that would be owed
    state = _find_missing_forms(policies, planned, owed)
    newest = {one.document_id: one for one in owed}
    running = {one.document_id: one.entry for one in owed if one.entry.closed_at is None}
    excused = set() if ordered else {one.document_id for one in owed if one.entry.state == "excused"}
    ended = {one.document_id: one.forms for one in newest.values() if one.entry.state == "withdrawn"}
    done = 0
    for document in policies:
        missing, since = state.get(document.pk, ([], None))
        entry = running.get(document.pk)
        # Without a plan, what the office had ordered before the document was withdrawn is due again.
        wanted = missing if document.item_number in planned else ended.get(document.pk)
        if entry and document.pk not in state:
            end_interpretation(entry, by=SYSTEM)
        elif entry and not missing and since:
            close_interpreted(entry, by=SYSTEM, at=since)
        elif entry and (plan := planned.get(document.item_number or 0)) and not plan.wanted:
            excuse_interpretation(entry, by=SYSTEM, words="指定的解读形式已取消，方案没有其他形式。")
        elif entry is None and missing and wanted and document.pk not in excused:
            owe_interpretation(document, by=SYSTEM, forms=wanted)
        elif entry and missing and document.item_number in planned:
            # The list names the forms that are missing now, not those that were when the entry was made.
            Owed.objects.filter(entry=entry).exclude(forms=missing).update(forms=missing)
            continue
        else:
            continue
        done += 1
    return done


def sync_after_publication(happened: ActionEvent) -> None:
    """Update entries after a publication or withdrawal, and publish or cancel signed interpretations with it.

    Raises:
        Refused: an interpretation would be withdrawn alone, or one cannot be published with its document.
    """
    target, made = happened.target, happened.step.result
    withdrawn = isinstance(target, Document)
    document = made.document if isinstance(made, Edition) else target
    if document.kind not in {*POLICY_KINDS, ItemKind.INTERPRETATION}:
        return  # neither owes an interpretation nor is one; what became another kind of text, `sync_all_interpretation_entries` finds
    if document.kind in POLICY_KINDS:
        if withdrawn and document.published_at is None:
            withdraw_scheduled_interpretations(document)
        publish_signed_interpretations(document)
    if withdrawn and document.kind == ItemKind.INTERPRETATION:
        for link in Interpretation.objects.filter(text=document).select_related("document"):
            if reasons := find_withdrawal_errors(link):
                raise Refused(reasons)
    explained = Document.objects.filter(interpretations__text=document).distinct()
    sync_interpretation_entries([document] if document.kind in POLICY_KINDS else list(explained))


def sync_all_interpretation_entries() -> dict[str, int]:
    """Job: update entries after scheduled publications and changed plans; return counts.

    May be repeated safely.
    """
    shelf = Shelf.objects.filter(document=OuterRef("pk"), column=None)
    planned = Plan.objects.filter(item_id=OuterRef("item_number"), needed=True)
    owed = Owed.objects.filter(document=OuterRef("pk"))
    due = (Exists(planned) & ~Exists(owed.filter(entry__state="excused"))) | Exists(
        owed.filter(entry__state="withdrawn")
    )
    rows = Document.objects.filter(kind__in=POLICY_KINDS).filter(
        Exists(owed.filter(entry__closed_at=None)) | (Exists(shelf) & due)
    )
    kept = 0
    portion: list[Document] = []
    for document in rows.select_related("body").order_by("pk").iterator(chunk_size=500):
        portion.append(document)
        if len(portion) == 500:
            kept, portion = kept + sync_interpretation_entries(portion), []
    return {"kept": kept + sync_interpretation_entries(portion), "released": publish_all_signed_interpretations()}
