"""Correctly signed packages with invalid rows are refused in one line, and change nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from factories.networks import apply_packages, broken_log_chains, forge_package, make_site, public_pages
from factories.publishing import public
from gongkai.content.editions.actions.editions import compute_edition_digest
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Document, Edition, EditionContent
from gongkai.content.packages import container, exporting
from gongkai.content.packages.models import Package
from gongkai.content.publishing import actions
from gongkai.core.acts.action import Refused
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import get_files_storage
from gongkai.core.units.actors import SYSTEM

pytestmark = pytest.mark.django_db
Row = dict[str, Any]
Rows = list[Row]


def export_two_packages() -> None:
    """Export two documents, one with a file; then withdraw the first and export again."""
    _, plans, _, housing = make_site()
    pdf = store_publishable_file(b"%PDF-1.4 list", "清单.pdf")
    one = public(housing, [plans], title="一", attachments=[("清单.pdf", pdf)])
    public(housing, [plans], title="二")
    exporting.export_packages(SYSTEM)
    actions.withdraw(one, by=SYSTEM, reason="有误")
    public(housing, [plans], title="三", attachments=[("表.pdf", store_publishable_file(b"%PDF-1.4 table", "表.pdf"))])
    exporting.export_packages(SYSTEM)


@pytest.fixture
def files(carried: Callable[[Callable[[], None]], list[Path]]) -> list[Path]:
    """The two packages, of which the first is applied."""
    made = carried(export_two_packages)
    apply_packages(made[0])
    return made


def rows_of(rows: Rows, part: str) -> list[Row]:
    return [row for row in rows if row["part"] == part and row["op"] == "put"]


def change_edition(edition: Row, document: int, **facts: Any) -> None:
    """Change fields of an edition and compute its digest again."""
    from gongkai.content.packages.receiving import _parse_time

    edition |= facts
    times = {name: _parse_time(edition[name]) for name in ("visible_from", "made_at")}
    edition["digest"] = compute_edition_digest(Edition(document_id=document, **{**edition, **times}))


def other_erased(rows: Rows) -> None:
    document = Document.objects.order_by("pk").last()
    assert document
    edition = document.editions.get().pk
    rows_of(rows, "documents")[0]["data"]["erasures"] = [{"edition": edition, "at": "2026-01-01T00:00:00Z"}]


def other_address(rows: Rows) -> None:
    taken = Document.objects.order_by("pk").last().addresses.get()  # type: ignore[union-attr]
    row = rows_of(rows, "documents")[-1]["data"]
    row["addresses"] = [{**row["addresses"][0], "website": taken.website_id, "path": taken.path}]


def other_edition(rows: Rows) -> None:
    row = rows_of(rows, "documents")[-1]
    taken = Document.objects.order_by("pk").last().editions.get().pk  # type: ignore[union-attr]
    change_edition(row["data"]["editions"][0], int(row["key"]), pk=taken)


def other_text(rows: Rows) -> None:
    rows_of(rows, "texts")[0]["data"]["document"] = Document.objects.order_by("pk").values_list("pk", flat=True)[0]


def slipped_in(rows: Rows) -> None:
    """Insert an edition with a lower number than the withdrawal."""
    row = rows_of(rows, "documents")[0]
    row["data"]["editions"] = [{**row["data"]["editions"][0]}]
    change_edition(row["data"]["editions"][0], int(row["key"]), pk=9999)


def text_changed(rows: Rows) -> None:
    rows_of(rows, "texts")[0]["data"]["html"] = "<p>别的</p>"


def scripted(rows: Rows) -> None:
    """Insert a script; the digests of text and edition are correct."""
    from gongkai.content.editions.frozen import compute_content_digest

    text, row = rows_of(rows, "texts")[0], rows_of(rows, "documents")[-1]
    said = text["data"]
    said["html"] = '<p>三</p><img src="x" onerror="alert(1)">'
    mark = compute_content_digest(said["title"], said["html"], said["facts"], said["files"], "all", "/")
    change_edition(row["data"]["editions"][0], int(row["key"]), content_digest=mark)


def file_larger(rows: Rows) -> None:
    rows_of(rows, "files")[0]["data"]["size"] += 1


def file_elsewhere(rows: Rows) -> None:
    rows_of(rows, "files")[0]["key"] = "../../keys/package.pub"


def file_of_no_kind(rows: Rows) -> None:
    rows_of(rows, "files")[0]["data"]["type"] = "text/html; charset=utf-8\r\nX: y"


def field_too_many(rows: Rows) -> None:
    rows_of(rows, "documents")[-1]["data"]["editions"][0]["signed"] = True


def field_missing(rows: Rows) -> None:
    del rows_of(rows, "documents")[-1]["data"]["kind"]


def no_time(rows: Rows) -> None:
    rows_of(rows, "documents")[-1]["data"]["published_at"] = "2026-13-45"


def column_nowhere(rows: Rows) -> None:
    rows_of(rows, "documents")[-1]["data"]["placements"] = [{"column": 99999, "at": "2026-01-01T00:00:00Z"}]


def column_link(rows: Rows) -> None:
    data = {"website_id": 1, "name": "x", "key": "x", "link": "javascript:alert(1)"}
    rows.append({"part": "columns", "key": "77", "op": "put", "data": data})


def key_no_number(rows: Rows) -> None:
    rows_of(rows, "documents")[-1]["key"] = "1; DROP TABLE"


def unknown_part(rows: Rows) -> None:
    rows.append({"part": "auth_user", "key": "1", "op": "put", "data": {"is_superuser": True}})


def document_dropped(rows: Rows) -> None:
    rows.append({"part": "documents", "key": "1", "op": "drop"})


def text_dropped(rows: Rows) -> None:
    rows.append({"part": "texts", "key": str(EditionContent.objects.order_by("pk").first().pk), "op": "drop"})  # type: ignore[union-attr]


INVALID_CHANGES = [
    *(other_erased, other_address, other_edition, other_text, slipped_in, text_changed, scripted),
    *(file_larger, file_elsewhere, file_of_no_kind, field_too_many, field_missing, no_time, column_nowhere),
    *(column_link, key_no_number, unknown_part, document_dropped, text_dropped),
]


def test_invalid_rows_are_refused(files: list[Path]) -> None:
    before = public_pages(), StoredFile.objects.count(), EditionContent.objects.count()
    for case in INVALID_CHANGES:
        with pytest.raises(Refused) as told:
            apply_packages(forge_package(files[1], case))
        assert len(told.value.reasons) == 1
        assert "未应用" in told.value.reasons[0] or "不符" in told.value.reasons[0], (
            case,
            told.value.reasons,
        )
        assert Package.objects.count() == 1, case
    assert (public_pages(), StoredFile.objects.count(), EditionContent.objects.count()) == before
    apply_packages(files[1])
    assert broken_log_chains() == []


def test_wrong_sizes_numbers_and_digests_are_refused(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for size, said in ((1, "与签名不符"), (10**6, "与签名不符"), (10**15, "磁盘空间不足")):
        with pytest.raises(Refused, match=said):
            apply_packages(
                forge_package(files[1], manifest=lambda m, size=size: m.update(files=dict.fromkeys(m["files"], size)))
            )
    with pytest.raises(Refused, match="相距太远"):
        apply_packages(forge_package(files[1], manifest=lambda m: m.update(sequence=200_000, whole=True)))
    # rows with the digest of another row, with an invalid digest, and without an end
    with pytest.raises(Refused, match="摘要值不符"):
        apply_packages(
            forge_package(files[1], lambda rows: rows_of(rows, "documents")[0]["data"].update(kind="x"), honest=False)
        )
    with pytest.raises(Refused, match="不合规定的格式"):
        apply_packages(forge_package(files[1], lambda rows: rows.append({"part": "texts", "key": "1", "op": "gone"})))
    monkeypatch.setattr(container, "MAX_ROW_BYTES", 300)
    with pytest.raises(Refused, match="行超过"):
        apply_packages(files[1])


def test_old_rows_do_not_restore_withdrawn_or_erased_documents(settings: LazySettings, files: list[Path]) -> None:
    first = forge_package(files[0])  # while the outer side still is where it was
    old: Rows = []
    forge_package(files[0], lambda rows: old.extend(json.loads(json.dumps(rows))))
    apply_packages(files[1])
    last = Package.objects.order_by("sequence").last()
    assert last
    now = public_pages()
    next_one = {"sequence": last.sequence + 1, "previous": last.digest}

    def again(rows: Rows) -> None:
        rows[:] = [row for row in old if row["part"] in {"documents", "texts"}]

    apply_packages(forge_package(first, again, lambda m: m.update(next_one, files={})))
    assert public_pages() == now
    assert broken_log_chains() == []


def test_file_used_by_a_text_is_not_removed(files: list[Path]) -> None:
    mark = StoredFile.objects.get().pk
    apply_packages(forge_package(files[1], lambda rows: rows.append({"part": "files", "key": mark, "op": "drop"})))
    assert get_files_storage().exists(f"stored/{mark[:2]}/{mark}")
    assert StoredFile.objects.filter(pk=mark).exists()
