"""Decisions on single rows: personal data, and possible duplicates."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace

from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.migration import personal_data, row_files
from gongkai.content.migration.actions.orders import decide_migrated, find_orderer_errors
from gongkai.content.migration.actions.runs import find_approver_errors
from gongkai.content.migration.bundles import FileBundle, open_bundle
from gongkai.content.migration.freezing import compute_edition_digest, make_frozen_content
from gongkai.content.migration.models import MigrationOrder, MoveRow, MoveRun, RowState, RunState
from gongkai.content.migration.orders import ListedText
from gongkai.content.migration.row_matching import match_rows
from gongkai.content.migration.row_samples import list_parts_to_check, record_checked_parts
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.lib.privacy import PrivacyError

#: Decisions on a text with personal data, with their labels.
DECISION_LABELS = {"keep": "照原样保留", "mask": "遮盖后公开", "drop": "不迁移"}


def _find_orderer_errors(by: Actor, row: MoveRow) -> list[str]:
    return find_orderer_errors(by, row.run.website)


def _find_approver_errors(by: Actor, row: MoveRow) -> list[str]:
    return find_approver_errors(by, row.run)


def _find_not_held_reasons(row: MoveRow) -> list[str]:
    """Return the Chinese reasons why a row is not open to a decision."""
    if row.state != RowState.HELD:
        return ["这一条不在待决定之列。"]
    ordered = row.run.order_id is not None and row.run.state in {RunState.MOVING, RunState.DONE}
    return [] if ordered else ["请先批准这次迁移，再逐条决定。"]


def _mask_ahead(
    row: MoveRow, *, by: Actor, how: str, ground: str = "", looked: Collection[str] = ()
) -> Mapping[str, object]:
    """Mask a row's text and files before the transaction, so that the action finds the results cached; return {}."""
    if how != "mask":
        return {}
    with suppress(PrivacyError, UnreadableFile):
        bundle = open_bundle(row.run.files_at)
        personal_data.mask_html(row.data["fields"]["imported_html"])
        files = _load_files(row, bundle)
        personal_data.find_personal_data_in_row(row.title, "", {}, files)
        for file in files:
            with suppress(PrivacyError):
                if personal_data.list_findings_in_text(
                    "", personal_data.read_migrated_file_text(file.data, file.suffix)[0]
                ):
                    data = personal_data.mask_file(file.data, file.suffix)
                    personal_data.find_personal_data_in_row("", "", {}, [replace(file, data=data)])
    return {}


@action("migration.decide", label="决定", rule=_find_approver_errors, ready=_find_not_held_reasons, ahead=_mask_ahead)
def decide_row(row: MoveRow, *, by: Actor, how: str, ground: str = "", looked: Collection[str] = ()) -> ActionResult:
    """Decide on an old text with personal data: migrate it unchanged, mask it, or drop it.

    An unchanged text becomes a draft for the usual reviews. Pictures cannot be masked. A file that
    no machine can search needs a person who opened it.

    Args:
        row: the row.
        by: the user.
        how: one of `DECISION_LABELS`.
        ground: the reason why personal data stays unchanged.
        looked: the marks of the parts that the user checked (`row_samples.list_unchecked_parts`).
    """
    if how not in DECISION_LABELS:
        raise Refused("请选择怎样处理。")
    if how == "drop":
        row.state, row.words = RowState.IGNORED, "经人工决定不迁移"
        row.data, row.findings = {}, []
        row.save()
        return ActionResult(words=f"{row}：{DECISION_LABELS[how]}", facts={"row": row.pk, "how": how})
    read = any(finding["kind"] != personal_data.MANUAL_CHECK_KIND for finding in row.findings)
    if how == "keep" and read and not ground.strip():
        raise Refused("照原样保留个人信息的，请写明依据（如法律、法规规定公开的条款）。")
    if unchecked_parts := list_parts_to_check(row, by, looked):
        names = "、".join(part.label for part in unchecked_parts[:3])
        raise Refused(
            f"有{len(unchecked_parts)}处机器读不出、遮盖不到的内容还没有人查看：{names}。请打开这一条，逐个打开、查看并勾选；"
            "其中有不应公开的个人信息的，选择不迁移。"
        )
    marks = record_checked_parts(row, by)
    if how == "mask":
        _mask_row(row, by)
    text = f"{DECISION_LABELS[how]}：{ground.strip()}" if ground.strip() else DECISION_LABELS[how]
    text += f"（机器读不出的{len(marks)}处已由本人逐个查看）" if marks else ""
    if how == "keep" and read:
        return _draft_row(row, by, text)
    row.content_digest = compute_edition_digest(row)
    assert row.published_at is not None
    assert row.run.order_id is not None
    decide_migrated(
        MigrationOrder.objects.get(pk=row.run.order_id),
        by=by,
        text=ListedText(row.key, row.content_digest, row.published_at, str(row.source.get("digest", ""))),
        ground=text,
    )
    row.state, row.words = RowState.READY, text[:300]
    row.save()
    MoveRun.objects.filter(pk=row.run_id).update(state=RunState.MOVING, finished_at=None)
    return ActionResult(words=f"{row}：{text}", facts={"row": row.pk, "how": how, "looked": marks})


def _draft_row(row: MoveRow, by: Actor, text: str) -> ActionResult:
    """Mark a row to become a draft, with its decider among the authors, and let its run continue."""
    row.state, row.words = RowState.DRAFT, text[:300]
    row.data["decided_by"] = by.person_id
    row.save()
    MoveRun.objects.filter(pk=row.run_id).update(state=RunState.MOVING, finished_at=None)
    return ActionResult(words=f"{row}：{text}", facts={"row": row.pk, "how": "draft"})


def _mask_row(row: MoveRow, by: Actor) -> None:
    """Mask everything found in fields, text, links, file names and files; refuse content that cannot be masked."""
    fields = row.data["fields"]
    html = fields["imported_html"]
    before = make_frozen_content(row)
    try:
        bundle = open_bundle(row.run.files_at)
        found_words = personal_data.list_found_words(before.title, html, before.facts, _load_files(row, bundle))
        row.title, masked = personal_data.mask_fields(row.title, html, fields)
        row.data["fields"] = {**masked, "imported_html": personal_data.mask_html(html)}
        row.data["files"] = [_mask_file_facts(facts, bundle, by) for facts in row.data["files"]]
        files = _load_files(row, bundle)
    except (PrivacyError, UnreadableFile) as error:
        raise Refused(f"不能自动遮盖：{error}。可以选择不迁移，另行处理后发布。") from error
    _refuse_remaining_data(row, files, found_words)


def _refuse_remaining_data(row: MoveRow, files: list[personal_data.OldFile], masked_words: set[str]) -> None:
    """Check the frozen text, also for the masked words themselves (Refused: something is left)."""
    frozen = make_frozen_content(row)
    found = personal_data.find_personal_data_in_row(frozen.title, frozen.html, frozen.facts, files)
    remaining = [one["where"] for one in found if one["kind"] != personal_data.MANUAL_CHECK_KIND]
    text = " ".join([frozen.title, frozen.html, *map(str, frozen.facts.values()), *(f.name for f in files)])
    if not remaining and any(word in text for word in masked_words):
        remaining = ["标题、著录项、正文或附件名称"]
    if remaining:
        raise Refused(f"{remaining[0]}中的个人信息没有遮盖干净，请选择不迁移，另行处理后发布。")


def _load_files(row: MoveRow, bundle: FileBundle) -> list[personal_data.OldFile]:
    """Return the row's files and pictures, as masked copies if they exist."""
    return [
        personal_data.OldFile(
            str(facts["name"]),
            get_suffix(str(facts["ref"])) or str(facts.get("suffix", "")),
            _read_file(facts, bundle),
            bool(facts.get("picture")),
        )
        for facts in [*row.data.get("files", []), *row.data.get("pictures", [])]
    ]


def _read_file(facts: Mapping[str, object], bundle: FileBundle) -> bytes:
    """Return the bytes of a row's file, from the store or the bundle."""
    if not str(facts["ref"]).startswith(row_files.STORED_FILE_PREFIX):
        return row_files.read_bytes(bundle, str(facts["ref"]))
    with StoredFile.objects.get(pk=facts["digest"]).open() as kept:
        return bytes(kept.read())


def _mask_file_facts(facts: Mapping[str, object], bundle: FileBundle, by: Actor) -> dict[str, object]:
    """Return the facts of a file with a masked name, and with a masked copy if it contains personal data."""
    name = personal_data.mask_line(str(facts["name"])).replace("*", "某")
    suffix = get_suffix(str(facts["ref"]))
    data = row_files.read_bytes(bundle, str(facts["ref"]))
    try:
        found_data = personal_data.list_findings_in_text("", personal_data.read_migrated_file_text(data, suffix)[0])
    except PrivacyError:  # nobody but a person can look at it; `decide_row` asks for the ground
        return {**facts, "name": name}
    if not found_data:
        return {**facts, "name": name}
    file = store_publishable_file(personal_data.mask_file(data, suffix), f"x.{suffix}", by)
    return {
        **facts,
        "name": name,
        "ref": f"{row_files.STORED_FILE_PREFIX}{file.pk}",
        "suffix": suffix,
        "digest": file.pk,
        "size": file.size,
        "type": file.type,
    }


@action("migration.include", label="仍要迁移", rule=_find_orderer_errors)
def include_duplicate(row: MoveRow, *, by: Actor) -> ActionResult:
    """Confirm that a possible duplicate is a different text and is migrated."""
    if row.state != RowState.DOUBLE or row.run.state != RunState.PLANNED:
        raise Refused("这一条不在疑似重复之列，或迁移已批准。")
    if MoveRow.objects.filter(run=row.run, key=row.key).exclude(pk=row.pk).exists():
        raise Refused("网址相同的只能迁移一条。")
    row.forced = True
    row.save()
    match_rows(row.run)
    return ActionResult(words=f"{row}：仍要迁移", facts={"row": row.pk})
