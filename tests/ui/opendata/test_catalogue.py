"""The catalogue against DCAT-AP: its rules, written down as shapes, judged by pyshacl."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from factories.publishing import public
from gongkai.content.editions.models import Column
from gongkai.core.units.models import Body
from gongkai.ui.opendata import bundles

pytestmark = pytest.mark.django_db
SHAPES = Path(__file__).with_name("dcat-ap.ttl")


def judged(catalogue: dict[str, Any]) -> str:
    """Return what pyshacl finds against a catalogue; empty for nothing."""
    from pyshacl import validate  # dear to read, and every worker reads all modules
    from rdflib import Graph

    data = Graph().parse(data=json.dumps(catalogue), format="json-ld")
    shapes = Graph().parse(SHAPES, format="turtle")
    conforms, _, words = validate(data, shacl_graph=shapes)
    return "" if conforms else str(words)


def test_the_catalogue_is_what_dcat_ap_asks_for(client: Client, plans: Column, housing: Body) -> None:
    public(housing, [plans], title="公积金提取办法")
    bundles.write_due_bundles()
    said = client.get("/api/v1/catalogue.jsonld").json()
    assert judged(said) == ""
    again = client.get("/api/v1/catalogue.jsonld").json()
    names = [entry["@id"] for entry in said["dcat:dataset"]]
    assert names == [entry["@id"] for entry in again["dcat:dataset"]], "names stay"
    assert len(names) == len(set(names))
    file = next(entry for entry in said["dcat:dataset"] if entry["dct:identifier"].endswith(".ndjson.gz"))
    del file["dcat:distribution"][0]["spdx:checksum"]
    del said["dct:license"]
    found = judged(said)
    assert "spdx:checksum" in found, "the shapes see what is missing"
    assert "dct:license" in found
