"""Every field of every public form: declared, stored encrypted, shown to staff, erased."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django import forms
from django.db import models
from django.urls import reverse
from django.utils import timezone
from docx import Document

from factories.participation import open_consultation
from factories.requests import add_applicant, do, staff
from factories.units import BodyFactory, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER, declare, describe_values, load_declarations
from gongkai.core.intake.forms.definition import PUBLIC_FORMS_BY_NAME, Submission
from gongkai.core.intake.forms.people import ApplicantForm, ContactForm
from gongkai.core.intake.matters import MATTER_KINDS_BY_NAME, parse_matter
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets.actions import apply, upload_for_dry_run
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.models import Body, Role
from gongkai.core.vault.sealing import EncryptedSecret
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.forms import InquiryRegistrationForm
from gongkai.work.consultation.models import Inquiry
from gongkai.work.participation.forms import StaffCommentForm
from gongkai.work.participation.models import Comment
from gongkai.work.requests import actions
from gongkai.work.requests.complaints.public import ComplaintForm
from gongkai.work.requests.forms.register import RequestRegistrationForm
from gongkai.work.requests.letters import decrypt_letter
from gongkai.work.requests.models import Complaint, Request
from gongkai.work.requests.progress import list_applicant_texts
from gongkai.work.requests.spreadsheets import REQUEST_SHEET, export_requests
from gongkai.work.site_operations.models import Fault

pytestmark = pytest.mark.django_db
#: Form → (model, fields that choose the receiver or are stored elsewhere).
FORM_MODELS: dict[str, tuple[type[models.Model] | None, set[str]]] = {
    "request": (Request, {"body"}),
    "complaint": (Complaint, {"against", "number"}),
    "fault": (Fault, set()),
    "ask": (Inquiry, {"title", "asker"}),
    "comment": (Comment, {"draft"}),
    "firm": (None, {"industries", "size", "place"}),  # kinds only
    "survey": (None, {"survey"}),  # the questions are rows
}
STAFF_FORMS: dict[type[models.Model], type[forms.Form]] = {
    Request: RequestRegistrationForm,
    Complaint: ComplaintForm,
    Inquiry: InquiryRegistrationForm,
    Comment: StaffCommentForm,
}
MARKER = "甲乙丙丁戊己庚辛"
#: Fields stored for the choice of the public page to read on site.
READING_CHOICES = {"form_wanted": "reading", "route_wanted": "pick_up"}
PERSON = {"party_kind": "person", "name": "李晓云", "phone": "13800138000", "id_kind": "passport"}
PERSON |= {"id_number": "E12345678", "address": "云岭市文昌路1号", "email": "li@example.cn", "postcode": "343000"}


def make_answers(model: type[models.Model]) -> dict[str, Any]:
    """Return a value for each declared field: a text with the marker, or the last choice."""
    found: dict[str, Any] = {}
    for name, (column, _) in load_declarations(model).items():
        text = f"{column.verbose_name}{MARKER}"
        keys = [key for key, _ in column.flatchoices if key not in {"", column.default, "fax", "other"}]
        found[name] = "institution" if "institution" in keys else keys[-1] if keys else text
        if isinstance(column, models.BooleanField):
            found[name] = True
    return found | (READING_CHOICES if model is Request else {})


def read_stored(row: models.Model) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in load_declarations(type(row))}
    return {name: value.reveal() if isinstance(value, EncryptedSecret) else value for name, value in values.items()}


@pytest.fixture
def unit(site: Website) -> Body:
    return BodyFactory(name="云岭市城市管理局", short_name="市城管局", parent=site.body, kind="department")


def submit_form(name: str, unit: Body, column: Column) -> models.Model:
    """Fill in and submit a public form; return the stored row."""
    model, _ = FORM_MODELS[name]
    assert model is not None
    draft = open_consultation(unit, column) if name == "comment" else None
    own = {
        "provision": "-".join(READING_CHOICES.values()),
        "body": unit.pk,
        "against": unit.pk,
        "title": f"标题{MARKER}",
        "draft": draft and draft.pk,
    }
    form = PUBLIC_FORMS_BY_NAME[name].form({**PERSON, **make_answers(model), **own})
    assert form.is_valid(), form.errors
    made = PUBLIC_FORMS_BY_NAME[name].submit(Submission(form.cleaned_data, "testserver"))
    found = parse_matter(made if isinstance(made, str) else made.matter)
    assert found
    return model._base_manager.get(pk=found[1])


def test_every_field_of_a_public_form_is_declared() -> None:
    assert FORM_MODELS.keys() == PUBLIC_FORMS_BY_NAME.keys()
    for name, (model, own) in FORM_MODELS.items():
        asked = (
            PUBLIC_FORMS_BY_NAME[name].form.base_fields.keys()
            - ApplicantForm.base_fields.keys()
            - ContactForm.base_fields.keys()
        )
        stored_as = {"provision": READING_CHOICES.keys()}
        answered = {field for one in asked - {"fax"} for field in stored_as.get(one, {one})}
        assert answered == own | (load_declarations(model).keys() if model else set()), name
        grouped = [field for _, names in PUBLIC_FORMS_BY_NAME[name].form.groups for field in names]
        assert not grouped or asked <= set(grouped), "the page shows it"
    for model, staff_form in STAFF_FORMS.items():
        assert load_declarations(model).keys() <= staff_form.base_fields.keys()


def test_free_text_is_declared_only_where_it_is_encrypted() -> None:
    with pytest.raises(TypeError, match="encrypted"):
        declare(models.CharField("其他要求", max_length=200))


@pytest.mark.parametrize("name", [name for name, (model, _) in FORM_MODELS.items() if model])
def test_declared_fields_are_stored_shown_and_erased(name: str, unit: Body, plans: Column) -> None:
    row: Any = submit_form(name, unit, plans)
    assert read_stored(row) == make_answers(type(row))
    matter = next(one for one in MATTER_KINDS_BY_NAME if getattr(row, "matter", f"{name}/").startswith(one))
    owner = unit if name == "comment" else row.entry.body
    page = signed_in(Role.CLERK, owner).get(MATTER_KINDS_BY_NAME[matter].office(row.pk)).content.decode()
    assert not [one for _, one in describe_values(row, reveal=True) if str(one) not in page], "the office page"
    MATTER_KINDS_BY_NAME[matter].erase(row.pk)
    row.refresh_from_db()
    kept = [getattr(row, one.attname) for one in row._meta.concrete_fields]
    words = [value.reveal() if isinstance(value, EncryptedSecret) else str(value) for value in kept]
    assert not [one for one in words if MARKER in one]
    assert ERASED_TEXT_PLACEHOLDER in words


def test_request_fields_are_copied_to_derived_requests(unit: Body, site: Website) -> None:
    given = make_answers(Request)
    entry = Entry.objects.get(
        pk=actions.register_request(unit, by=staff(unit), applicant_kind="person", channel="counter", **given).pk
    )
    add_applicant(entry)
    request = entry.request
    shown = [
        dict(column.flatchoices).get(given[name], given[name])
        for name, (column, _) in load_declarations(Request).items()
    ]
    do(entry, "give_receipt")
    texts = [paragraph.text for paragraph in Document(BytesIO(decrypt_letter(request.letters.get()))).paragraphs]
    assert not [one for one in shown if one not in "".join(texts)], "the letter"
    page = signed_in(Role.CLERK, unit).get(reverse("ledger_entry", kwargs={"pk": entry.pk})).content.decode()
    assert not [one for one in shown if one not in page], "the record"
    own = "".join(f"{part.sentences}{part.rows}" for part in list_applicant_texts(entry.pk))
    assert "答复按您选择的方式提供：" in own
    assert not [one for one in shown if one not in own], "the applicant's page"

    exported = [dict(row) for row in export_requests(Request.objects.all(), staff(unit))]
    assert not [one for one in shown if one not in exported[0].values()], "the spreadsheet"
    other = BodyFactory(name="云岭市水务局", parent=site.body, kind="department")
    moved = [row | {"number": "", "external_ref": "旧-1", "body": other.name} for row in exported]
    run, plan = upload_for_dry_run(
        "requests", content=write_xlsx(REQUEST_SHEET, moved), file_name="登记簿.xlsx", by=SYSTEM
    )
    assert not plan.errors, plan.errors
    apply(ImportRun.objects.get(pk=run.pk), by=SYSTEM)
    assert read_stored(Request.objects.get(entry__body=other)) == given, "moving in"

    do(entry, "split", pieces=["第一项内容", "第二项内容"])
    pieces = list(Request.objects.filter(origin=request))
    assert [read_stored(one) for one in pieces] == [given | {"wanted": "第一项内容"}, given | {"wanted": "第二项内容"}]
    do(pieces[0].entry, "transfer", body=other)
    assert read_stored(Request.objects.get(origin=pieces[0])) == given | {"wanted": "第一项内容"}


@pytest.mark.parametrize("model", STAFF_FORMS)
def test_staff_forms_have_the_same_fields(model: type[models.Model], unit: Body) -> None:
    given, rows = make_answers(model), Body.objects.all()
    own: dict[str, object] = {"applicant_kind": "person", "title": "标题"}
    own |= dict.fromkeys(("body", "receiver", "against"), unit.pk)
    own |= dict.fromkeys(("submitted_on", "received_on"), timezone.localdate())
    own["channel"] = {Request: "counter", Complaint: "counter"}.get(model, "letter")
    wanted = {Inquiry: {"bodies": rows, "units": rows}, Comment: {}}.get(model, {"bodies": rows})
    build: Callable[..., forms.Form] = STAFF_FORMS[model]
    form = build({**PERSON, **own, **given}, **wanted)
    assert form.is_valid(), form.errors
    assert {name: form.cleaned_data[name] for name in given} == given


def test_unknown_fact_of_an_inquiry_is_kept() -> None:
    assert InquiryFacts.read(channel="phone", title="一", text="二", new=1).others == {"new": 1}
