"""The public request form (条例第二十九条); it suggests published answers first (第三十六条第（一）项)."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Unpack

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.content.search.query import SearchQuery, run_search
from gongkai.content.search.ranking import compute_title_share
from gongkai.content.search.terminology import list_required_keywords
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake import spelling
from gongkai.core.intake.declared_fields import add_declared_fields, load_declarations
from gongkai.core.intake.forms import PublicForm, Submission
from gongkai.core.intake.forms.definition import PublishedAnswer
from gongkai.core.intake.forms.people import ApplicantForm
from gongkai.core.intake.uploads import FileRule
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.widgets.fields import lazy_figures
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, rows_field
from gongkai.lib.matching.folding import fold
from gongkai.lib.typed_json import read_text
from gongkai.lib.writing.forms import FormCell, write_form_docx
from gongkai.lib.writing.forms import PrintedForm as Table
from gongkai.lib.writing.paper import PaperDocument
from gongkai.work.requests.actions import register_request
from gongkai.work.requests.models import DeliveryRoute, ProvisionForm, Request
from gongkai.work.requests.models.request import PROVISION_GROUP_HEADING
from gongkai.work.requests.notifications import get_main_website
from gongkai.work.requests.results import ApplicantKind
from gongkai.work.requests.rules import ROUTES_OF_FORM, find_missing_address

APPLICATION_FORM_TITLE = "政府信息公开申请表"
_CHECKBOX = "□"
_APPLICATION_NOTES = (
    "填表说明：一件申请只写一项信息，写明名称、文号或者便于查询的其他特征；不需要说明用途。公民填写前一栏，法人或者其他组织填写后一栏。",
    "“身份证明”写明证件名称和号码，并附复印件；选择邮寄的写明通信地址和邮政编码，选择传真、电子邮件的写明号码、邮箱。",
)


def _make_head_cell(text: str, down: int = 1) -> FormCell:
    return FormCell(text, down=down, head=True)


def _make_checkbox_list(labels: list[str]) -> str:
    return "　".join(f"{_CHECKBOX}{label}" for label in labels)


def _make_application_form_rows() -> tuple[tuple[FormCell, ...], ...]:
    """Return the cells of the printed application form, with the declared fields."""
    kinds = [kind.label for kind in ApplicantKind if kind != ApplicantKind.PERSON]
    return (
        (_make_head_cell("公民", 3), _make_head_cell("姓名"), FormCell(), _make_head_cell("联系电话"), FormCell()),
        (_make_head_cell("身份证明"), FormCell(across=3)),
        (_make_head_cell("通信地址、邮编"), FormCell(across=3)),
        (_make_head_cell("法人或者其他组织", 5), _make_head_cell("名称"), FormCell(across=3)),
        (_make_head_cell("类型"), FormCell(_make_checkbox_list(kinds), across=3)),
        (_make_head_cell("统一社会信用代码"), FormCell(across=3)),
        (_make_head_cell("法定代表人"), FormCell(), _make_head_cell("联系人及电话"), FormCell()),
        (_make_head_cell("通信地址、邮编"), FormCell(across=3)),
        (_make_head_cell("传真、电子邮箱"), FormCell(across=4)),
        (_make_head_cell("受理单位"), FormCell(across=4)),
        *_iterate_declared_rows(),
        (
            _make_head_cell("申请人签名或者盖章"),
            FormCell("", across=2),
            _make_head_cell("申请日期"),
            FormCell("    年  月  日"),
        ),
    )


def _iterate_declared_rows() -> Iterator[tuple[FormCell, ...]]:
    """Yield the printed form's row for each declared field: checkboxes of its choices, else an empty cell."""
    for column, facts in load_declarations(Request).values():
        room = "\n" * (facts.rows - 1)
        choices = [label for key, label in column.flatchoices if key != DeliveryRoute.PAGE]
        yield (
            _make_head_cell(str(column.verbose_name)),
            FormCell(_make_checkbox_list(choices) if choices else room, across=4),
        )


@lru_cache(maxsize=1)
def render_application_form() -> bytes:
    """Return the application form as .docx."""
    paper = PaperDocument()
    paper.title(APPLICATION_FORM_TITLE)
    write_form_docx(
        paper, Table(APPLICATION_FORM_TITLE, _make_application_form_rows(), 0, (2.2, 2.6, 3.3, 2.2, 3.1)), by_hand=True
    )
    for line in _APPLICATION_NOTES:
        paper.text(line)
    return paper.save()


# Kinds of units that answer requests (条例第四条、第五十四条).
ANSWERING_UNIT_KINDS = (
    BodyKind.GOVERNMENT,
    BodyKind.GENERAL_OFFICE,
    BodyKind.DEPARTMENT,
    BodyKind.COMMITTEE,
    BodyKind.DISTRICT,
    BodyKind.TOWNSHIP,
    BodyKind.SUBDISTRICT,
)
# Help texts of fields that are required in some cases only.
CONDITIONAL_FIELD_HELP = {
    "email": "选择电子邮件获取的须填写；留了邮箱的，有了新的文书也会发邮件告诉您。",
    "address": "选择邮寄的须填写。",
    "postcode": "选择邮寄的填写，6位数字。",
}
# Maximum number of suggested titles, and of characters that are searched for.
MAX_SUGGESTIONS, MAX_SEARCHED_CHARACTERS = 5, 60
#: Minimum share of the searched words in the title of a suggested document; others only mention
#: them.
MIN_NAMED_SHARE = 0.5


def list_answering_bodies(day: date | None = None) -> QuerySet[Body]:
    """Return the units that answered requests on a day (default: today), of the main website's government."""
    site = get_main_website()
    government = site.body if site else None
    if government and government.parent and government.kind == BodyKind.GENERAL_OFFICE:
        government = government.parent
    is_active = Q(active_to=None) | Q(active_to__gt=day or timezone.localdate())
    rows = Body.objects.filter(is_active, kind__in=ANSWERING_UNIT_KINDS)
    return (rows.filter(path__startswith=government.path) if government else rows).order_by("position", "pk")


#: Each form in which information can be had, with each route by which it can be had: one choice, so that none is wrong.
PROVISION_CHOICES = [
    (f"{form}-{route}", form.label if form == ProvisionForm.READING else f"{form.label}，{route.label}")
    for form, routes in ROUTES_OF_FORM.items()
    for route in routes
]
_BY_EMAIL = f"{ProvisionForm.ELECTRONIC}-{DeliveryRoute.EMAIL}"


def _list_delivery_choices(route: DeliveryRoute) -> tuple[str, ...]:
    return tuple(value for value, _ in PROVISION_CHOICES if value.endswith(f"-{route}"))


@add_declared_fields(Request, omitted=("form_wanted", "route_wanted"))
class PublicRequestForm(ApplicantForm):
    """The public request form with the fields of 条例第二十九条; it does not ask for the purpose."""

    prefill = ("body", "wanted")
    groups = (
        ("向哪个单位申请公开什么信息", ("body",)),
        ("申请人", ("party_kind", "name", "id_kind", "id_number", "representative", "contact_person", "phone")),
        (PROVISION_GROUP_HEADING, ("provision", "address", "postcode", "fax", "email")),
    )
    group_help = {
        "向哪个单位申请公开什么信息": "不知道由哪个单位制作的，选最有可能的；不是它负责的，会告诉您该向哪个单位申请。",
        "申请人": "按《条例》第二十九条，申请要写明姓名或者名称、身份证明、联系方式。只有承办人员可以查看。",
        PROVISION_GROUP_HEADING: "最快的是在本站凭查询码查看和下载；要纸质的、寄到家里的，也可以。",
    }

    shown_for = {
        **ApplicantForm.shown_for,
        "fax": ("provision", _list_delivery_choices(DeliveryRoute.FAX)),
        "address": ("provision", _list_delivery_choices(DeliveryRoute.MAIL)),
        "postcode": ("provision", _list_delivery_choices(DeliveryRoute.MAIL)),
    }
    needed_for = {"email": ("provision", (_BY_EMAIL,))}

    body = forms.ModelChoiceField(
        label="受理单位",
        queryset=Body.objects.none(),
        empty_label="请选择",
        help_text="信息由哪个单位制作，就向哪个单位申请。",
    )
    provision = forms.ChoiceField(
        label="提供方式和获取途径",
        choices=PROVISION_CHOICES,
        widget=forms.RadioSelect,
        initial=PROVISION_CHOICES[0][0],
        help_text="网上查询：凭查询码在本站查看和下载，不用再填别的。",
    )
    fax = forms.CharField(
        label="传真号码",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
        help_text="选择传真获取的须填写，带区号。",
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        field = rows_field(self, "body")
        field.queryset = list_answering_bodies(self.sent_on)
        self.fields["address"].required = False
        for name, when in CONDITIONAL_FIELD_HELP.items():
            self.fields[name].help_text = when
        for name in ("fax", "address", "postcode"):
            self.fields[name].either = True  # type: ignore[attr-defined]  # its help says when it is needed

    def clean_body(self) -> Body:
        """Return the chosen unit, or the one into which it was merged since the day of sending."""
        body: Body = self.cleaned_data["body"]
        return body.successor

    def clean_fax(self) -> str:
        """Return the fax number in its usual form; raise `ValidationError` if it cannot be one."""
        typed = self.cleaned_data["fax"]
        if typed and spelling.find_phone_fault(typed):
            raise forms.ValidationError("传真号码的写法不对：请带区号，如 010-12345678。")
        return spelling.normalize_phone(typed)

    def clean(self) -> dict[str, object]:
        """Split the choice `provision` into form and route, and require the address."""
        data = super().clean()
        data["form_wanted"], _, data["route_wanted"] = read_text(data, "provision").partition("-")
        name, why = find_missing_address(data)
        if name and not self.has_error(name):
            self.add_error(name, why)
        return data

    def find_published(self) -> list[PublishedAnswer]:
        """Return published documents that may answer the request (条例第三十六条第（一）项)."""
        return find_published_answers(f"{self.cleaned_data['reference']} {self.cleaned_data['wanted']}".strip())


def find_published_answers(text: str) -> list[PublishedAnswer]:
    """Return at most MAX_SUGGESTIONS published documents whose titles name enough of the words.

    The share is MIN_NAMED_SHARE. Return [] if the search was incomplete.
    """
    site = get_main_website()
    if site is None:
        return []
    results = run_search(ANONYMOUS, site.pk, SearchQuery(words=text[:MAX_SEARCHED_CHARACTERS]))
    required = list_required_keywords(text)
    search_hits = [
        search_hit
        for search_hit in results.hits
        if compute_title_share(required, fold(search_hit.row.title)) >= MIN_NAMED_SHARE
    ]
    usable_hits = [] if results.partial else search_hits
    return [PublishedAnswer(search_hit.row.title, "", search_hit.path) for search_hit in usable_hits[:MAX_SUGGESTIONS]]


def submit_request(submission: Submission) -> str:
    """Register a request from the public form and return its matter (`request/12`).

    It is acknowledged at once, so today is the day of receipt (条例第三十一条).
    """
    data = submission.data
    entry = register_request(
        data["body"],
        by=ANONYMOUS,
        applicant_kind=data["party_kind"],
        channel="page",
        submitted_on=submission.day,
        **{name: data[name] for name in load_declarations(Request)},
    )
    return f"request/{entry.pk}"


REQUEST_FORM = PublicForm(
    name="request",
    title="政府信息公开申请",
    form=PublicRequestForm,
    submit=submit_request,
    intro=(
        "公民、法人或者其他组织可以申请公开政府信息，不需要说明用途。",
        lazy_figures(
            "受理单位自收到申请之日起<request.reply>内答复；需要延长的，会告知您，最长再延<request.extension>。"
        ),
        "反映问题、投诉举报、咨询政策，请走下面的渠道，在这里提交会耽误办理：",
    ),
    elsewhere=(
        ("反映问题、投诉举报、咨询政策：提问", "/forms/ask/"),
        ("先看看政策问答", "/answers/"),
        ("对政府信息公开工作不满意：政府信息公开投诉", "/forms/complaint/"),
    ),
    files=FileRule(label="身份证明或者其他材料（可不传）"),
    phone_code="offered",
    steps=True,
    thanks=(
        "在“查办理情况”页可以下载登记回执和以后的文书，补正或者撤回申请；选择了别的获取途径的，答复按您选择的途径提供。",
    ),
    button="提交申请",
    found="还没有提交：网站上可能已经公开，请先看一看",
)
