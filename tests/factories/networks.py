"""The inner and the outer network in one database, their public pages, and tampered packages."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import LazySettings
from django.db import transaction
from django.test import Client

from factories.publishing import column, public
from factories.units import BodyFactory
from gongkai.content.editions.models import Column, Document, EditionContent, Website
from gongkai.content.packages import applying, exporting
from gongkai.content.packages.models import Package
from gongkai.core.acts.lock_sharing import allow_parsing_in_transaction
from gongkai.core.ledger.audit import run_audit
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.ui.portal.tree import reload_next_time


class Rollback(Exception):
    pass


@contextmanager
def inner(settings: LazySettings) -> Iterator[None]:
    """Act as the inner network inside the block; roll the database back afterwards."""
    settings.GONGKAI_OUTER = False
    try:
        with transaction.atomic(), allow_parsing_in_transaction():
            yield
            raise Rollback
    except Rollback:
        reload_next_time()


def public_pages() -> dict[str, tuple[int, bytes]]:
    """Return all public pages by address."""
    reload_next_time()
    client = Client()
    addresses = ["/", "/feed/", "/sitemap.xml", "/units/", "/search/?q=计划", "/search/?q=住房"]
    addresses += [f"/columns/{pk}/" for pk in Column.objects.values_list("pk", flat=True)]
    addresses += [f"/units/{pk}/" for pk in Body.objects.values_list("pk", flat=True)]
    for document in Document.objects.all():
        addresses += [a.path for a in document.addresses.all()]
        for edition in document.editions.all():
            addresses += [f"{a.path}?version={edition.number}" for a in document.addresses.filter(current=True)]
            content = EditionContent.objects.filter(pk=edition.pk).first()
            addresses += [
                f"/files/{document.pk}/{edition.number}/{f['digest']}" for f in (content.files if content else [])
            ]
    found = {}
    for address in sorted(set(addresses)):
        answer = client.get(address)
        if answer.status_code != 404:
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[address] = (answer.status_code, _timeless(body))
    return found


def _timeless(body: bytes) -> bytes:
    """Remove the time of the request from a feed without entries."""
    return body if b"<entry>" in body else re.sub(rb"<updated>[^<]*</updated>", b"", body)


def make_site() -> tuple[Website, Column, Column, Body]:
    from factories.publishing import website

    site = website()
    plans, news = column(site, "规划信息"), column(site, "工作动态")
    housing = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    return site, plans, news, housing


def broken_log_chains() -> list[str]:
    return [f.verdict.broken for f in run_audit() if f.verdict.broken]


def apply_packages(*files: Path) -> None:
    for file in files:
        applying.apply_package_file(file, SYSTEM)


def package_paths() -> list[Path]:
    return [exporting.get_export_folder() / p.file for p in Package.objects.order_by("sequence")]


def text_of_packages(files: list[Path]) -> str:
    found = []
    for file in files:
        with zipfile.ZipFile(file) as bundle:
            found += [bundle.read(name).decode("utf-8", "replace") for name in bundle.namelist()]
    return "\n".join(found)


def two_packages(settings: LazySettings) -> list[Path]:
    """Return two packages exported by an inner network."""
    with inner(settings):
        _, plans, _, housing = make_site()
        public(housing, [plans])
        exporting.export_packages(SYSTEM)
        public(housing, [plans], title="第二份计划")
        exporting.export_packages(SYSTEM)
        return package_paths()
    return []


def item_of(document: Document) -> Any:
    from gongkai.content.publishing.models import find_document_item as found

    return found(document)


def address_of(document: Any) -> str:
    path: str = document.addresses.get(current=True).path
    return path


def rewrite_package(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
    target = path.with_name(f"changed-{path.name}")
    target.write_bytes(out.getvalue())
    return target


def forge_package(
    path: Path,
    rows: Callable[[list[dict[str, Any]]], Any] = lambda _: None,
    manifest: Callable[[dict[str, Any]], Any] = lambda _: None,
    *,
    honest: bool = True,
) -> Path:
    """Return a changed package with valid digests, signed with the inner network's key.

    Args:
        honest: recompute the digest of each row.
    """
    from gongkai.content.packages import container, state
    from gongkai.core.acts.digest import canonical_json, digest

    def change(parts: dict[str, bytes]) -> None:
        lines = [json.loads(line) for line in parts["rows.jsonl"].splitlines()]
        rows(lines)
        changes: state.Changes = {}
        for line in lines:
            if honest and line.get("op") == "put" and line["part"] != "texts":
                line["digest"] = digest(canonical_json(line["data"]))
            changes[line["part"], line["key"]] = line.get("digest")
        raw = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        before = state.find_last_package()
        facts = json.loads(parts["manifest.json"]) | {
            "rows": digest(raw),
            "size": len(raw),
            "state": state.compute_digest_after(before.state if before else "", changes),
        }
        manifest(facts)
        signed = canonical_json(facts).encode()
        parts |= {"rows.jsonl": raw, "manifest.json": signed, "signature": container.sign_manifest(signed)}

    return rewrite_package(path, change)
