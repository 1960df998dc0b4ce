"""Files that were made to break whoever reads them, handed to every page that takes one: a line or a result, never an error of the server."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from factories.hostile import SHARP, TAKEN, hostile, packed, sheet, word
from factories.ledger import EntryFactory
from factories.migration import window
from factories.pages import editor_post, sign_in
from factories.publishing import item
from gongkai.content.editions.models import Column, Website
from gongkai.content.migration.models import MoveRun
from gongkai.core.background_jobs.models import OPEN_STATES, Errand, State
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME
from gongkai.core.units.models import Body, Role


@pytest.fixture
def chief(client: Client, site: Website) -> Client:
    sign_in(client, Role.CHIEF, site.body)
    client.raise_request_exception = False
    return client


def broken(
    post: Callable[[SimpleUploadedFile], Any], names: tuple[str, ...] = TAKEN, *, kinds: tuple[str, ...] = SHARP
) -> list[tuple[str, str]]:
    """Return the files at which a page breaks, of the sharp ones: by one name each, in turn."""
    return [
        (kind, name)
        for number, (kind, data) in enumerate(hostile().items())
        if kind in kinds
        for name in [names[number % len(names)]]
        if post(SimpleUploadedFile(name, data)).status_code >= 500
    ]


@pytest.mark.django_db
class TestPages:
    def test_spreadsheets(self, chief: Client) -> None:
        open_ = [
            name
            for name in IMPORTERS_BY_NAME
            if chief.get(reverse("spreadsheets:start", args=(name,))).status_code == 200
        ]
        assert len(open_) >= 3, open_
        for number, name in enumerate(
            open_
        ):  # they are read in one place: the first gets all, each other one something sharp
            address, kinds = (
                reverse("spreadsheets:start", args=(name,)),
                (SHARP[number % len(SHARP)],) if number else SHARP,
            )
            assert broken(lambda file: chief.post(address, {"file": file}), ("x.xlsx", "x.csv"), kinds=kinds) == []  # noqa: B023 - called at once

    def test_a_notice(self, chief: Client, site: Website) -> None:
        address = reverse("notices_upload")
        fields = {"government": site.body.pk, "issuer": ""}

        def post(file: SimpleUploadedFile) -> Any:
            answer = chief.post(address, {**fields, "file": file})
            process_due_jobs()
            assert not Errand.objects.filter(state__in=[*OPEN_STATES, State.DEAD]).exists(), file.name
            return chief.get(answer["Location"]) if answer.status_code == 302 else answer

        answer = post(SimpleUploadedFile("x.docx", word()))
        assert "没有找到任务表" in answer.content.decode(), "a file that is one is read"
        assert broken(post) == []

    @pytest.mark.parametrize("field", ["sheet", "bundle"])
    def test_an_old_site(self, field: str, chief: Client, site: Website, housing: Body) -> None:
        def post(file: SimpleUploadedFile) -> Any:
            kind = "sheet" if field == "sheet" else "pages"
            fields = {"website": site.pk, "body": housing.pk, "name": "旧网站", "base": "", field: file}
            answer = chief.post(reverse("migration:new", args=(kind,)), fields)
            if answer.status_code != 302:
                return answer
            number = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
            step = chief.post(reverse("migration:step", args=(number,)))
            return step if step.status_code >= 500 else chief.get(answer["Location"])

        window(site)
        good = sheet() if field == "sheet" else packed(**{"甲.html": b"<html><title>x</title></html>"})
        assert post(SimpleUploadedFile("x.xlsx" if field == "sheet" else "x.zip", good)).status_code == 200
        assert MoveRun.objects.exists(), "a file that is one is read"
        assert broken(post, ("x.xlsx", "x.zip"), kinds=SHARP[1:3]) == []

    @pytest.mark.parametrize("field", ["word", "uploads"])
    def test_the_editor(self, field: str, client: Client, plans: Column, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("wagtailadmin_pages:edit", args=(item(housing, [plans]).pk,))
        names = ("x.docx", "x.png", "长" * 120 + ".pdf") if field == "uploads" else ("x.docx",)
        assert broken(lambda file: client.post(address, editor_post(plans, **{field: file})), names) == []

    def test_evidence(self, client: Client, site: Website, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        entry = EntryFactory(body=housing)
        address = reverse("ledger_act", args=(entry.pk, "ledger.add_evidence"))
        assert client.get(address).status_code == 200
        names = ("x.pdf", "x.png", "长" * 120 + ".docx", "x.exe", "x")
        kinds = SHARP[:2]  # read nowhere: kept by the door that all forms share (`files.forms`)
        assert broken(lambda file: client.post(address, {"file": file, "words": "x"}), names, kinds=kinds) == []
