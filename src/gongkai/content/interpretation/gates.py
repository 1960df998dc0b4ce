"""Publication gates of policy documents and interpretations.

Sources: 国办发〔2016〕80号 (三同步: 解读方案、解读材料与文件同步组织、同步审签、同步部署); the task notices (送审时须附解读材料、主要负责人审定;
八个方面; 不得以文件解读文件).
"""

from typing import cast

from django.utils import timezone

from gongkai.content.checks.reading import EMPTY_FILE_PREFIX
from gongkai.content.checks.ruleset import rules_for
from gongkai.content.checks.running import check_files, why_unreadable
from gongkai.content.editions.frozen import FrozenFile
from gongkai.content.editions.shelves import was_public
from gongkai.content.editions.sources import OutgoingText, item_number
from gongkai.content.editions.vocabulary import POLICY_KINDS, ItemKind
from gongkai.content.interpretation.aspects import copied_share, list_missing_aspects
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
from gongkai.content.publishing.documents import title_of
from gongkai.lib.richtext import to_plain_text


def check_policy_interpretation(text: OutgoingText) -> list[str]:
    """Publication gate: require an interpretation plan and text of policy items, unless the government disabled it."""
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
    there = list_prepared(text.document)
    if not there:
        return ["解读稿还没有起草：政策文件与解读同步审签。"]
    reasons = []
    for form in plan.wanted:
        found = [one for one in there if one.link.form == form]
        if text.start is None:
            ready = [one for one in found if not one.lacks]
        else:
            ready = [one for one in found if one.is_public_by(text.start)]
        if not ready:
            reasons += _explain_unready_form(form, found, going_out=text.start is not None)
    return reasons


def _explain_unready_form(form: str, found: list[PreparedInterpretation], *, going_out: bool) -> list[str]:
    if not found:
        return [f"方案要求的{InterpretationMedium(form).label}还没有起草。"]
    if going_out:
        said = "；".join(f"“{one.title}”{one.words}" for one in found)
        return [f"{InterpretationMedium(form).label}须与文件同时或者提前公开，请先完成它的审签：{said}。"]
    return [f"“{one.title}”还没有写好：{'；'.join(one.lacks[:3]).rstrip('。')}。" for one in found]


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
    """Publication gate: require the explained document, the eight elements, and original wording."""
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
    lacking = list_missing_aspects(link.aspects)
    if lacking:
        reasons.append(f"八个方面还缺：{'、'.join(lacking)}（没有的请写明理由）。")
    words, stated = to_plain_text(text.frozen.html), read_document_text(link.document)
    if link.form == InterpretationMedium.TEXT and not reasons and is_unrelated(words, stated, title_of(link.document)):
        reasons.append(UNRELATED_ERROR)
    share = copied_share(words, stated) if words else 0.0
    limit = setting_of(text.source.unit).copied_percent
    if share * 100 > limit and link.copied_digest != text.frozen.digest:
        reasons.append(f"摘抄原文的句子占{share:.0%}，超过{limit}%，须由审核人员确认，或改写后再送审。")
    return reasons
