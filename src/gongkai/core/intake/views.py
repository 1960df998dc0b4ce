"""Views that reveal and amend parties, open files and search matters; each is logged."""

from collections.abc import Callable, Mapping
from dataclasses import fields

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import add_refusal_messages, respond_to_form, run_with_messages
from gongkai.core.intake.actions import (
    amend_party,
    has_self_given_name,
    open_file,
    renew_code,
    reveal_party,
    revoke_code,
)
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.idempotency import RegisteredMatter, record_once
from gongkai.core.intake.matter_access import format_code
from gongkai.core.intake.matter_access import format_code as as_read
from gongkai.core.intake.matters import parse_matter
from gongkai.core.intake.models import Party, QueryCode, Upload
from gongkai.core.intake.queries import find_parties
from gongkai.core.signin.operations import record_view
from gongkai.core.units.actors import Actor, get_actor, require_staff_actor
from gongkai.core.widgets.responses import download_response

# Search keys with their labels.
SEARCH_KEY_LABELS = {"name": "姓名或者名称", "phone": "联系电话", "email": "电子邮箱", "document": "证件号码"}


def _get_office_url(matter: str) -> str:
    """Return the URL of a matter's page in the office.

    Raises:
        Http404: the matter does not exist.
    """
    kind_and_row = parse_matter(matter)
    if kind_and_row is None:
        raise Http404
    return kind_and_row[0].office(kind_and_row[1])


@never_cache
@require_POST
def reveal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: the decrypted contact or identity of a party, with the form to correct the contact."""
    by = get_actor(request.user)
    party = get_visible_or_404(by, Party, pk)
    office_url = _get_office_url(party.matter)
    try:
        clear_texts = reveal_party(party, by=by, part=request.POST.get("part", "contact"))
    except Refused as refused:
        add_refusal_messages(request, refused)
        return redirect(office_url)
    record_view(request, f"{party.matter} 的联系方式或身份")
    context = {"party": party, "clear": clear_texts, "back": office_url}
    if request.POST.get("part", "contact") == "contact":
        names = list(AmendForm.base_fields)
        context["form"] = AmendForm(party, initial={name: getattr(party, name).reveal() for name in names})
        context["codes"] = QueryCode.objects.filter(matter=party.matter, revoked_at=None).exists()
    return render(request, "intake/revealed.html", context)


class AmendForm(forms.Form):
    """Form for contact data, without a name that the party gave itself."""

    name = forms.CharField(label="姓名或者名称", max_length=120, required=False)
    phone = forms.CharField(label="联系电话", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", max_length=254, required=False)
    fax = forms.CharField(label="传真号码", max_length=40, required=False)
    address = forms.CharField(label="通信地址", max_length=300, required=False)

    def __init__(
        self, party: Party, data: Mapping[str, str] | None = None, initial: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # the stubs ask for a plain dict
        if has_self_given_name(party):
            del self.fields["name"]


@never_cache
@require_POST
def amend_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct contact data, or renew or revoke query codes."""
    by = get_actor(request.user)
    party = get_visible_or_404(by, Party, pk)
    if request.POST.get("do") == "renew":
        return _renew_and_show_code(request, party, by)
    if request.POST.get("do") == "revoke":
        run_with_messages(request, lambda: _revoke_codes(party, by), "查询码已作废，凭原来的查询码不能再查询。")
    else:
        old_values = {field.name: getattr(party, field.name) for field in fields(SenderParticulars)}
        old_texts = {
            name: str(value.reveal()) if hasattr(value, "reveal") else str(value) for name, value in old_values.items()
        }
        form = AmendForm(party, request.POST)
        return respond_to_form(
            request,
            form,
            lambda **said: amend_party(party, by=by, particulars=SenderParticulars(**{**old_texts, **said})),
            "已更正，更正了哪些项目已记入办理记录。",
            _get_office_url(party.matter),
        )
    return redirect(_get_office_url(party.matter))


def _renew_and_show_code(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """Issue a new query code and show it once, or go back with the reasons against it."""
    office_url = _get_office_url(party.matter)
    try:
        code = renew_code(party, by=by)
    except Refused as refused:
        add_refusal_messages(request, refused)
        return redirect(office_url)
    second = QueryCode.objects.exclude(second_digest="").filter(matter=party.matter).exists()
    return render(request, "intake/code.html", {"code": as_read(code), "second": second, "back": office_url})


def _revoke_codes(party: Party, by: Actor) -> None:
    """Revoke the query codes of a party's matter.

    Raises:
        Refused: none is valid.
    """
    codes = list(QueryCode.objects.filter(matter=party.matter, revoked_at=None))
    if not codes:
        raise Refused("没有可以作废的查询码。")
    for code in codes:
        revoke_code(code, by=by)


@never_cache
def search_page(request: HttpRequest) -> HttpResponse:
    """Page: search matters by a party's name, telephone, e-mail or document; a POST searches."""
    by = require_staff_actor(request)
    search_key, value = request.POST.get("what", "name"), request.POST.get("value", "").strip()[:120]
    rows, has_more = [], False
    if request.method == "POST" and search_key in SEARCH_KEY_LABELS and value:
        parties, has_more = find_parties(by, search_key, value)
        for party in parties:
            matter = parse_matter(party.matter)
            if matter:
                progress = matter[0].progress(matter[1])
                rows.append({"label": matter[0].label, "url": matter[0].office(matter[1]), "told": progress})
    context = {
        "ways": SEARCH_KEY_LABELS.items(),
        "what": search_key,
        "rows": rows,
        "asked": bool(value),
        "more": has_more,
    }
    return render(request, "intake/find.html", context)


@never_cache
@require_POST
def download_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a file as a download."""
    by = get_actor(request.user)
    upload = get_visible_or_404(by, Upload, pk)
    try:
        content = open_file(upload, by=by)
    except Refused as refused:
        add_refusal_messages(request, refused)
        return redirect(_get_office_url(upload.matter))
    return download_response(content, upload.name.reveal(), upload.kind)


def register_once(
    request: HttpRequest,
    form: Form,
    name: str,
    work: Callable[[], tuple[str, str]],
    *,
    by: Actor,
    asker: str,
) -> RegisteredMatter | None:
    """Register a submitted page once and show the query code.

    Returns None if nothing was sent, the form is invalid, or it was refused.

    Args:
        request: the request; `once` is the token of the page.
        form: the form.
        name: the name of the form for its token.
        work: see `idempotency.record_once`.
        by: the clerk.
        asker: the word for the party (申请人).
    """
    if request.method != "POST" or not form.is_valid():
        return None
    matters: list[RegisteredMatter] = []
    token = request.POST.get("once", "")
    typed_values = repr(sorted((name, str(value)) for name, value in form.cleaned_data.items()))
    if not run_with_messages(
        request, lambda: matters.append(record_once(name, token, work, by=by, typed=typed_values))
    ):
        return None
    outcome = "这一页已经登记过，没有重复登记。" if matters[0].again else "已登记。"
    messages.success(
        request,
        f"{outcome}查询码：{format_code(matters[0].code)}。请交给{asker}，用来查看办理情况、领取文书，本页之后不再显示。",
    )
    return matters[0]
