"""Bulk downloads: written once a day, and served only while all their content is public."""

import csv
import gzip
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from factories.publishing import erased, public
from factories.tables import SCHOOL, publish_unsigned_source, table
from factories.units import actor
from gongkai.content.editions.models import Column, Edition
from gongkai.content.publishing import actions
from gongkai.core.files.storage import get_files_storage
from gongkai.core.units.models import Body, Role
from gongkai.ui.opendata import bundles
from gongkai.ui.opendata.models import Bundle
from gongkai.ui.opendata.pages import NO_FILE_MESSAGE
from gongkai.work.tables.fields import SchemaField

pytestmark = pytest.mark.django_db


def list_bundles(client: Client) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in client.get("/api/v1/bundles/").json()["items"]}


def test_bundles_of_year_and_table_have_digest_and_day(client: Client, plans: Column, housing: Body) -> None:
    document = public(housing, [plans], title="公积金提取办法", body="<p>第一条。</p>")
    made = table(housing, "school", {**SCHOOL, "name": "=HYPERLINK(1)"})
    made.records.get().documents.add(document)
    publish_unsigned_source(made, plans)
    assert bundles.write_due_bundles() == {"written": 2, "dropped": 0}
    assert bundles.write_due_bundles() == {"written": 0, "dropped": 0}
    year = timezone.localdate().year
    told = list_bundles(client)
    assert set(told) == {f"documents-{year}.ndjson.gz", "table-school.csv"}
    one = told[f"documents-{year}.ndjson.gz"]
    data = b"".join(client.get(one["url"]))
    assert (one["sha256"], one["made_on"]) == (hashlib.sha256(data).hexdigest(), str(timezone.localdate()))
    lines = [json.loads(line) for line in gzip.decompress(data).decode().splitlines()]
    assert {"公积金提取办法", "第一条。"} <= {value for line in lines for value in (line["title"], line["text"])}
    rows = list(csv.reader(b"".join(client.get(told["table-school.csv"]["url"])).decode("utf-8-sig").splitlines()))
    assert rows[0][-4:] == ["政策依据", "填报单位", "年度", "公开日期"]
    assert len(rows[0]) == len(set(rows[0])), "each head once"
    assert rows[1][-4] == "《公积金提取办法》"
    [row] = client.get("/api/v1/tables/school/").json()["items"]
    assert [one["title"] for one in row["policies"]] == ["公积金提取办法"]
    assert client.get(row["policies"][0]["url"]).status_code == 200
    assert rows[1][0] == "'=HYPERLINK(1)"  # no formula
    (data_set,) = (
        row
        for row in client.get("/api/v1/catalogue.jsonld").json()["dcat:dataset"]
        if row["dct:identifier"] == one["name"]
    )
    assert data_set["dcat:distribution"][0]["spdx:checksum"]["spdx:checksumValue"]["@value"] == one["sha256"]
    assert document.published_at.year == year


def test_numbers_are_exported_as_numbers() -> None:
    said = io.StringIO()
    writer = csv.writer(said, quoting=csv.QUOTE_NONNUMERIC)
    money, day = SchemaField("a", "金额", "number", signed=True), SchemaField("b", "日期", "day")
    cells = [
        bundles.format_for_programs(money, "1285600.50"),
        bundles.format_for_programs(money, -3),
        bundles.format_for_programs(money, ""),
    ]
    writer.writerow(
        map(bundles.format_csv_cell, [*cells, bundles.format_for_programs(day, "2026-11-20"), "=1+1", "007"])
    )
    assert said.getvalue().strip() == '1285600.50,-3,"","2026-11-20","\'=1+1","007"'
    assert bundles.number_repeated_headings(["年度", "单位", "年度"]) == ["年度", "单位", "年度（2）"]


def test_bundle_with_withdrawn_document_is_not_served(client: Client, plans: Column, housing: Body) -> None:
    document = public(housing, [plans], title="公积金提取办法")
    public(housing, [plans], title="部门预算")
    bundles.write_due_bundles()
    path = next(iter(list_bundles(client).values()))["url"]
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="内容有误")
    waiting = client.get(path)
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "600")
    assert bundles.write_due_bundles()["written"] == 1
    said = gzip.decompress(b"".join(client.get(path))).decode()
    assert "部门预算" in said
    assert "公积金" not in said


def test_legal_erasure_deletes_bundle_at_once(
    client: Client, plans: Column, housing: Body, django_capture_on_commit_callbacks: Any
) -> None:
    document = public(housing, [plans], title="公积金提取办法")
    bundles.write_due_bundles()
    place = Bundle.objects.get().file.place
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="依法删除")
    with django_capture_on_commit_callbacks(execute=True):
        chief = actor(Role.CHIEF, housing.parent)
        erased(Edition.objects.filter(document=document).first(), chief)
    assert not Bundle.objects.exists()
    assert not get_files_storage().exists(place)


def test_bundle_of_withdrawn_content_is_deleted(client: Client, plans: Column, housing: Body) -> None:
    document = public(housing, [plans])
    bundles.write_due_bundles()
    Bundle.objects.update(made_on=timezone.localdate() - timedelta(days=1))
    assert bundles.write_due_bundles()["written"] == 1
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="内容有误")
    assert bundles.write_due_bundles() == {"written": 0, "dropped": 1}
    assert client.get("/api/v1/bundles/documents-1.ndjson.gz").json() == {"error": NO_FILE_MESSAGE}
    page = client.get("/api/v1/bundles/documents-1.ndjson.gz", HTTP_ACCEPT="text/html,*/*")
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert NO_FILE_MESSAGE in page.content.decode(), "a browser gets a page, a program one line of JSON"


SHAPES = Path(__file__).with_name("dcat-ap.ttl")


def validate_shapes(catalogue: dict[str, Any]) -> str:
    """Return the violations pyshacl finds in a catalogue, "" if none."""
    from pyshacl import validate  # dear to read, and every worker reads all modules
    from rdflib import Graph

    data = Graph().parse(data=json.dumps(catalogue), format="json-ld")
    shapes = Graph().parse(SHAPES, format="turtle")
    conforms, _, words = validate(data, shacl_graph=shapes)
    return "" if conforms else str(words)


def test_catalogue_conforms_to_dcat_ap(client: Client, plans: Column, housing: Body) -> None:
    public(housing, [plans], title="公积金提取办法")
    bundles.write_due_bundles()
    said = client.get("/api/v1/catalogue.jsonld").json()
    assert validate_shapes(said) == ""
    again = client.get("/api/v1/catalogue.jsonld").json()
    names = [entry["@id"] for entry in said["dcat:dataset"]]
    assert names == [entry["@id"] for entry in again["dcat:dataset"]], "names stay"
    assert len(names) == len(set(names))
    file = next(entry for entry in said["dcat:dataset"] if entry["dct:identifier"].endswith(".ndjson.gz"))
    del file["dcat:distribution"][0]["spdx:checksum"]
    del said["dct:license"]
    found = validate_shapes(said)
    assert "spdx:checksum" in found, "the shapes see what is missing"
    assert "dct:license" in found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", f"/api/v1/search/?q={'%F0%A0%80%80' * 300}", 400),
        ("post", "/api/v1/units/", 405),
        ("delete", "/api/v1/units/", 405),
        ("delete", "/mcp/", 405),
        ("get", "/exchange/v1/nothing/", 404),
        ("post", "/receipts/999/x/", 404),
    ],
)
def test_api_errors_are_one_line_of_json(plans: Column, method: str, path: str, status: int) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert answer.status_code == status
    assert answer.json()["error"].endswith("。")
    assert ("Allow" in answer) == (status == 405)
