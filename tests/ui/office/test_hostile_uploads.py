"""Files that were made to break whoever reads them, handed to every page that takes one: a line or a result, never an error of the server."""

import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.hostile import SHARP, TAKEN, hostile, packed, sheet, word
from factories.ledger import EntryFactory
from factories.migration import window
from factories.pages import editor_post, sign_in
from factories.policies import public as public_policy
from factories.publishing import item, public, submitted
from factories.units import BodyFactory, actor
from factories.uploads import set_library
from gongkai.content.editions.models import Column, Website
from gongkai.content.migration.models import MoveRun
from gongkai.content.packages.models import Package
from gongkai.content.policies.models import Upload, WaitingFile
from gongkai.content.publishing import actions
from gongkai.content.reviewing.models import Opinion, Signature
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.states import OPEN_STATES, State
from gongkai.core.background_jobs.worker import work_off
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME
from gongkai.core.units.models import Body, Role


@pytest.fixture
def chief(client: Client, site: Website) -> Client:
    sign_in(client, Role.CHIEF, site.body)
    client.raise_request_exception = False
    return client


#: The kinds that a page is handed, by one name each; None: all kinds, the sharp ones by all names.
HANDED = SimpleNamespace(kinds=None)
#: Pages behind which files are read in ways of their own; the others share one door (`files.forms`) and two kinds in turn say whether it holds.
READ = {"test_spreadsheets", "test_a_notice", "test_the_editor"}


def broken(
    post: Callable[[SimpleUploadedFile], Any],
    names: tuple[str, ...] = TAKEN,
    *,
    kinds: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """Return the files at which a page breaks, of those it is handed: by one name each (in turn); kinds alone where they are said."""
    return [
        (kind, name)
        for number, (kind, data) in enumerate(hostile().items())
        if kind in (kinds or HANDED.kinds or hostile())
        for name in (names if kind in SHARP and HANDED.kinds is None else [names[number % len(names)]])
        if post(SimpleUploadedFile(name, data)).status_code >= 500
    ]


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True, params=["some", pytest.param("all", marks=pytest.mark.slow)])
    def _handed(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hand the page the sharp kinds where it reads them, else two of them in turn; all kinds in `make test-all`."""
        name = request.function.__name__
        turn = zlib.crc32(name.encode())
        two = (SHARP[turn % len(SHARP)], SHARP[(turn + 2) % len(SHARP)])
        monkeypatch.setattr(HANDED, "kinds", None if request.param == "all" else SHARP if name in READ else two)

    def test_spreadsheets(self, chief: Client) -> None:
        open_ = [
            name
            for name in IMPORTERS_BY_NAME
            if chief.get(reverse("spreadsheets:start", args=(name,))).status_code == 200
        ]
        assert len(open_) >= 3, open_
        for number, name in enumerate(
            open_
        ):  # they are read in one place: the first one gets all, each other one something sharp
            address, names = reverse("spreadsheets:start", args=(name,)), ("x.xlsx", "x.csv")
            one = SHARP if HANDED.kinds is None else (SHARP[number % len(SHARP)],)
            kinds = one if number else ()
            assert broken(lambda file: chief.post(address, {"file": file}), names, kinds=kinds) == []  # noqa: B023 - called at once

    def test_a_notice(self, chief: Client, site: Website) -> None:
        address = reverse("notices_upload")
        fields = {"government": site.body.pk, "issuer": ""}

        def post(file: SimpleUploadedFile) -> Any:
            answer = chief.post(address, {**fields, "file": file})
            work_off()
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
        assert broken(post, ("x.xlsx", "x.zip")) == []

    def test_originals_of_policies(self, client: Client, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("policies:upload")
        good = {"body": housing.pk, "files": SimpleUploadedFile("甲.txt", b"x")}
        client.post(address, good)
        assert WaitingFile.objects.count() == 1
        assert broken(lambda file: client.post(address, {"body": housing.pk, "files": file})) == []

    @pytest.mark.parametrize("name", ["record_uploads", "placed"])
    def test_receipts_of_a_library_above(
        self, name: str, client: Client, plans: Column, housing: Body, site: Website
    ) -> None:
        library = set_library(site.body, actor(Role.CHIEF, site.body))
        record = public_policy(housing, [plans])
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse(f"policies:{name}", args=(library.pk if name == "placed" else record.pk,))
        fields = {"on": f"{timezone.localdate()}", "standing": "in_force", "row": record.pk}
        names = ("x.pdf", "x.png", "长" * 120 + ".docx", "x.exe")
        assert broken(lambda file: client.post(address, {**fields, "file": file}), names) == []
        good = SimpleUploadedFile("回执.txt", "已入库".encode())
        assert client.post(address, {**fields, "number": "库1", "file": good}).status_code == 302
        kept = Upload.objects.filter(number="库1").get().receipt
        assert kept is not None

    @pytest.mark.parametrize("field", ["word", "uploads"])
    def test_the_editor(self, field: str, client: Client, plans: Column, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("wagtailadmin_pages:edit", args=(item(housing, [plans]).pk,))
        names = ("x.docx", "x.png", "长" * 120 + ".pdf") if field == "uploads" else ("x.docx",)
        assert broken(lambda file: client.post(address, editor_post(plans, **{field: file})), names) == []

    @pytest.mark.parametrize("name", ["x.gkp", "长" * 120 + ".gkp", "..gkp", "\\..\\x.gkp"])
    def test_the_outer_side(self, name: str, chief: Client, settings: Any, tmp_path: Path) -> None:
        settings.GONGKAI_OUTER, settings.DATA = True, tmp_path
        assert broken(lambda file: chief.post("/admin/packages/", {"file": file}), (name,)) == []
        assert not Package.objects.exists()

    def test_evidence(self, client: Client, site: Website, housing: Body) -> None:
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        entry = EntryFactory(body=housing)
        address = reverse("ledger_act", args=(entry.pk, "ledger.add_evidence"))
        assert client.get(address).status_code == 200
        names = ("x.pdf", "x.png", "长" * 120 + ".docx", "x.exe", "x")
        assert broken(lambda file: client.post(address, {"file": file, "words": "x"}), names) == []

    def test_proof_of_another_channel(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans])
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        address = reverse("publishing:channel_record", args=(document.item_number,))
        assert client.get(address).status_code == 200
        fields = {
            "channel": "new_media",
            "name": "微信",
            "at": "2026-11-01T08:00",
            "released_at": "2026-11-01 08:00",
        }
        names = ("x.pdf", "x.png", "长" * 120 + ".jpg", "x.exe")
        assert broken(lambda file: client.post(address, {**fields, "proof": file}), names) == []

    def test_a_signature_on_paper_and_a_letter(
        self, client: Client, plans: Column, housing: Body, site: Website
    ) -> None:
        review = submitted(item(housing, [plans]))
        head = actor(Role.REVIEWER, housing)
        sign_in(client, Role.CLERK, housing)
        client.raise_request_exception = False
        paper = reverse("reviewing:record_signature", args=(review.pk,))
        today = f"{timezone.localdate()}"
        fields = {"person": head.person_id, "signed_on": today, "version": review.version}
        names = ("x.pdf", "x.png", "长" * 120 + ".jpg")
        assert broken(lambda file: client.post(paper, {**fields, "scan": file}), names) == []
        water = BodyFactory(name="云岭市水务局", parent=site.body)
        page = item(housing, [plans], title="会商")
        flag = actions.start_coordination(
            page, by=actor(Role.CLERK, housing), kind="major", bodies=[water], reason="供水"
        )
        letter = reverse("publishing:opinion", args=(flag.pk,))
        fields = {"body": water.pk, "agrees": "yes", "name": "王某", "letter_on": today}
        assert broken(lambda file: client.post(letter, {**fields, "scan": file}), names) == []
        assert not Signature.objects.exists()
        assert not Opinion.objects.exists()
