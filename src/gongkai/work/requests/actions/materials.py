"""Actions on files for the applicant: register, mask, review for secrecy, release.

Where a masked copy is decided on, the original is never handed out.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from gongkai.content.checks import masked_copies
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.files.store import NamedStoredFile, find_new_files
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.work.requests.actions.base import check_day, entry_act
from gongkai.work.requests.models import PASSING_VERDICTS, Material, SecrecyReview, SecrecyVerdict
from gongkai.work.requests.results import FULLY_DISCLOSED, PARTLY_DISCLOSED

# Maximum number of files of a request.
MAX_MATERIALS = 100


def list_current_materials(entry: Entry) -> list[Material]:
    """Return the files of a request that were not dropped."""
    return list(Material.objects.filter(request=entry.pk, dropped=False).select_related("stored", "masked"))


def find_machine_masking_warnings(entry: Entry) -> list[str]:
    """Return a Chinese warning if copies were masked by machine, which finds no trade secrets."""
    count = sum(bool(material.masked_id) and material.by_machine for material in list_current_materials(entry))
    if not count:
        return []
    return [
        f"{count}份遮盖副本由机器遮盖：机器只看姓名、证件号码、电话、住址等个人信息，商业秘密等请打开副本自行核对。"
    ]


def find_missing_secrecy_review(entry: Entry) -> list[str]:
    """Return a reason if there are neither files nor a review permitting publication.

    A review of files that were dropped since does not count.
    """
    last = SecrecyReview.objects.filter(request=entry.pk, outdated=False).last()
    if list_current_materials(entry) or (last and last.verdict == SecrecyVerdict.PUBLISH and not last.materials):
        return []
    return [
        "公开前应当保密审查（《条例》第十七条），还没有：请先“登记拟提供的材料”再“保密审查”；只提供纸质件或者当面查阅、没有文件可以登记的，直接“保密审查”并写明审查了什么；信息都已经公开的，选“予以公开”并勾选“已经公开”。"
    ]


@entry_act("add_materials")
def add_materials(entry: Entry, *, by: Actor, files: Sequence[NamedStoredFile]) -> ActionResult:
    """Register new files to hand out; only people who handle the request see them."""
    if not files:
        raise Refused("请选择文件。")
    existing = [material.stored_id for material in list_current_materials(entry)]
    new_files = find_new_files(files, existing)
    if not new_files:
        raise Refused("这些文件已经登记为拟提供的材料，没有重复登记。")
    if len(existing) + len(new_files) > MAX_MATERIALS:
        raise Refused(f"一件申请最多{MAX_MATERIALS}个文件。")
    for file in new_files:
        Material.objects.create(request_id=entry.pk, name=file.name, stored=file.stored, added_by=by.name)
    return ActionResult(
        words=f"登记拟提供的材料{len(new_files)}件", facts={"files": [new_file.digest for new_file in new_files]}
    )


def _list_reasons_unless_it_has_materials(entry: Entry) -> list[str]:
    return [] if list_current_materials(entry) else ["还没有登记拟提供的材料，请先“登记拟提供的材料”。"]


def _get_material(entry: Entry, pk: int) -> Material:
    for material in list_current_materials(entry):
        if material.pk == pk:
            return material
    raise Refused("没有这份材料，或者已经不再使用。")


def _mask_before_transaction(
    entry: Entry, *, by: Actor, material: int, copy: NamedStoredFile | None = None, keep: str = ""
) -> Mapping[str, object]:
    """Mask the file before the transaction, as that takes seconds; cache the result."""
    if not copy:
        row = _get_material(entry, material)
        masked_copies.mask_file(row.stored, row.name, words=_split_kept_words(keep))
    return {}


def _split_kept_words(keep: str) -> list[str]:
    return [line.strip() for line in keep.splitlines() if line.strip()]


@entry_act("mask_material", ready=_list_reasons_unless_it_has_materials, ahead=_mask_before_transaction)
def mask_material(
    entry: Entry, *, by: Actor, material: int, copy: NamedStoredFile | None = None, keep: str = ""
) -> ActionResult:
    """Mask a file by machine, or register a copy that was masked by hand.

    Args:
        material: the primary key of the file.
        copy: a copy masked by hand; without it the machine masks.
        keep: words that the machine leaves unmasked, one a line.
    """
    file = _get_material(entry, material)
    if copy:
        if copy.digest == file.stored_id:
            raise Refused("这份副本与原件相同，没有遮盖。请遮盖不应公开的内容后重新上传。")
        if copy.name.rpartition(".")[2].lower() != file.suffix and file.suffix != "pdf":
            raise Refused(f"副本的格式应与原件相同（.{file.suffix}）。")
        file.masked, file.hidden, file.warnings, file.by_machine = copy.stored, 0, [], False
    else:
        masked_copy = masked_copies.store_masked_copy(file.stored, file.name, by, words=_split_kept_words(keep))
        file.masked, file.hidden, file.warnings = masked_copy.stored, masked_copy.count, masked_copy.warnings
        file.by_machine = True
    file.masked_by = by.name
    file.save()
    words_said = f"机器遮盖{file.hidden}处" if file.by_machine else "登记人工遮盖的副本"
    facts = {"material": file.pk, "original": file.stored_id, "masked": file.masked_id}
    return ActionResult(words=f"区分处理：{words_said}", facts=facts)


def _list_reasons_unless_it_has_masked_copy(entry: Entry) -> list[str]:
    masked = any(material.masked_id for material in list_current_materials(entry))
    return [] if masked else ["材料都没有遮盖副本，请先“区分处理（遮盖）”。"]


@entry_act("unmask_material", ready=_list_reasons_unless_it_has_masked_copy)
def unmask_material(entry: Entry, *, by: Actor, material: int) -> ActionResult:
    """Discard a masked copy. Files that were released already stay released."""
    row = _get_material(entry, material)
    if not row.masked_id:
        raise Refused("这份材料没有遮盖副本，请先“区分处理（遮盖）”。")
    facts = {"material": row.pk, "original": row.stored_id, "masked": row.masked_id}
    row.masked, row.hidden, row.warnings, row.masked_by = None, 0, [], ""
    row.by_machine = False
    row.save(update_fields=["masked", "hidden", "warnings", "masked_by", "by_machine"])
    return ActionResult(words="撤去遮盖副本", facts=facts)


@entry_act("drop_material", ready=_list_reasons_unless_it_has_materials)
def drop_material(entry: Entry, *, by: Actor, material: int) -> ActionResult:
    """Remove a file from those that are handed out."""
    row = _get_material(entry, material)
    row.dropped = True
    row.save(update_fields=["dropped"])
    return ActionResult(words="材料不再使用", facts={"material": row.pk, "original": row.stored_id})


@entry_act("review_secrecy")
def review_secrecy(
    entry: Entry, *, by: Actor, verdict: str, opinion: str = "", basis: str = "", on: date | None = None
) -> ActionResult:
    """Record the secrecy review of files; `opinion` is required unless all may go out.

    Without files, the review covers the information that `opinion` describes.
    """
    if verdict not in SecrecyVerdict.values:
        raise Refused("请选择审查结论。")
    files = list_current_materials(entry)
    if verdict == SecrecyVerdict.PART and not files:
        raise Refused("没有登记拟提供的材料，没有可以遮盖的：请先“登记拟提供的材料”。")
    if verdict == SecrecyVerdict.PUBLISH and not files:
        require_text(opinion, "没有登记材料的，请在“审查意见”写明审查了什么：哪些纸质件、页数，或者告知的内容。", 4)
    if verdict != SecrecyVerdict.PUBLISH:
        require_text(opinion, "请写明审查意见：哪些内容不得公开，或者为什么不能确定。", 4)
    review = SecrecyReview.objects.create(
        request_id=entry.pk,
        verdict=verdict,
        basis=basis.strip()[:300],
        opinion=opinion.strip(),
        materials=sorted(digest for material in files for digest in material.digests),
        by=by.name,
        person=by.person_id,
        on=check_day(on),
    )
    return ActionResult(
        words=f"保密审查：{SecrecyVerdict(verdict).label}", facts={"review": review.pk, "verdict": verdict}
    )


def release_materials(
    entry: Entry, result: str, day: date, *, is_past_record: bool, predates_entry: bool = False
) -> list[Material]:
    """Check and release a decision's files: masked copies or originals.

    Call it inside the decision's transaction.

    Args:
        is_past_record: true for an answer given on paper that is recorded afterwards (补录): nothing is
            released.
        predates_entry: true if the answer predates the entry of the request: nothing is checked.

    Raises:
        Refused: the review is missing or negative, a masked copy is missing, or one does not fit
            the decision.
    """
    current_materials = list_current_materials(entry)
    if predates_entry or result not in {FULLY_DISCLOSED, PARTLY_DISCLOSED}:
        return []
    _check_release_allowed(entry, current_materials, day)
    if is_past_record:
        return []
    unmasked = (
        [material.name for material in current_materials if not material.masked_id]
        if result == PARTLY_DISCLOSED
        else []
    )
    if unmasked:
        raise Refused(f"部分公开的，提供遮盖后的副本；还没有遮盖：{'、'.join(unmasked[:5])}。")
    masked = (
        [material.name for material in current_materials if material.masked_id] if result == FULLY_DISCLOSED else []
    )
    if masked:
        raise Refused(
            f"予以公开的，提供原件；还有遮盖副本：{'、'.join(masked[:5])}。只提供遮盖副本的，请选部分公开；全部可以公开的，请先“撤去遮盖副本”。"
        )
    for material in current_materials:
        material.released, material.released_masked, material.released_on = (
            material.masked or material.stored,
            bool(material.masked_id),
            day,
        )
        material.recalled_on = material.opened_at = None
        material.save(update_fields=["released", "released_masked", "released_on", "recalled_on", "opened_at"])
    return current_materials


def _check_release_allowed(entry: Entry, materials: list[Material], day: date) -> None:
    """Refuse to hand out files that the last secrecy review up to `day` did not permit."""
    if not materials:
        return
    last_review = SecrecyReview.objects.filter(request=entry.pk, outdated=False, on__lte=day).last()
    if last_review is None or not {material.stored_id for material in materials} <= set(last_review.materials):
        raise Refused("提供的材料还没有经过保密审查（《条例》第十七条），请先“保密审查”。")
    if last_review.verdict not in PASSING_VERDICTS:
        raise Refused(f"保密审查结论为“{last_review.get_verdict_display()}”，不能提供材料。")
    if last_review.verdict == SecrecyVerdict.PART and any(not material.masked_id for material in materials):
        raise Refused("保密审查结论为“遮盖后可以公开”，请先遮盖全部材料。")
    if not last_review.covers(materials):
        raise Refused("遮盖副本是保密审查以后登记或者更换的，审查人没有看过，请重新“保密审查”。")


def _list_reasons_unless_material_handler(by: Actor, material: Material) -> list[str]:
    return check_may_work(by, Entry.objects.select_related("body").get(pk=material.request_id))


@action("requests.open_material", label="打开拟提供的材料", rule=_list_reasons_unless_material_handler, quiet=True)
def open_material(material: Material, *, by: Actor, copy: bool = False) -> ActionResult:
    """Open a file or its masked copy (`copy`) and log the access; return the `StoredFile`."""
    if copy and material.masked is None:
        raise Refused("这份材料还没有遮盖副本，请先“区分处理（遮盖）”。")
    stored = material.masked if copy else material.stored
    assert stored is not None
    text = "打开遮盖副本" if copy else "打开材料原件"
    return ActionResult(words=text, facts={"material": material.pk, "digest": stored.pk}, result=stored)
