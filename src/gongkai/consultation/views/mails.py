"""公开信箱 in the office: what came and what became of it; the pen, where a person decides."""

from typing import TYPE_CHECKING, Unpack

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.acts.action import Refused
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.consultation import actions
from gongkai.consultation.actions.folders import servers
from gongkai.consultation.actions.mails import title_of
from gongkai.consultation.mailbox.letters import folders_visible_to, visible_to
from gongkai.consultation.models import Category, IncomingMail, MailFolder, MailState
from gongkai.consultation.rules import assignable
from gongkai.editions.queries import default_website
from gongkai.intake.actions import open_file
from gongkai.intake.models import Upload
from gongkai.reading.mails import Mail, read_mail
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.units.actors import Actor, staff
from gongkai.units.forms.base import BodyChoice
from gongkai.units.models import Body, Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE = 100


class TakeForm(forms.Form):
    """A held message as an inquiry."""

    title = forms.CharField(label="标题", max_length=80)
    category = forms.ChoiceField(label="类别", choices=Category.choices)
    text = forms.CharField(label="内容", max_length=20000, widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        dress(self)


def mails(request: HttpRequest) -> HttpResponse:
    """The messages, those that wait first among the tabs; whether the mailbox can be read."""
    by = staff(request)
    rows = visible_to(request.user)
    state = request.GET.get("state", MailState.HELD)
    state = state if state in {"", *MailState.values} else ""
    counts = {one: rows.filter(state=one).count() for one in MailState.values}
    shown = {
        "tabs": [
            *((value, f"{label}（{counts[value]}）", value == state) for value, label in MailState.choices),
            ("", f"全部（{sum(counts.values())}）", state == ""),
        ],
        "rows": (rows.filter(state=state) if state else rows)[:PAGE],
        "folders": folders_visible_to(by),
        "may_open": by.has(Role.CHIEF),
        "page": PAGE,
    }
    return render(request, "consultation/mails.html", shown)


def mail(request: HttpRequest, number: int) -> HttpResponse:
    """One message: what is known of it, its words; held ones are registered here."""
    by = staff(request)
    row = get_visible_or_404(request.user, IncomingMail, number)
    original = Upload.objects.filter(
        matter=row.inquiry.matter if row.inquiry else row.matter, name="原信.eml"
    ).first()
    read, why = _read(original, by) if row.state == MailState.HELD else (None, "")
    initial = {
        "title": title_of(row.subject.reveal(), read.text if read else ""),
        "text": read.text if read else "",
    }
    form = TakeForm(request.POST or None, initial=initial)
    website = default_website()
    receiver = row.folder.body or (website.body if website else None)
    if request.method == "POST" and receiver:
        taken = does_form(
            request,
            form,
            lambda **facts: actions.take_in(row, by=by, receiver=receiver, **facts),
            "已登记，等待分办。",
        )
        if taken:
            row.refresh_from_db()
            return redirect("ledger_entry", pk=row.inquiry_id)
    shown = {"mail": row, "form": form, "read": read, "why": why, "original": original}
    return render(request, "consultation/mail.html", shown)


def _read(original: Upload | None, by: Actor) -> tuple[Mail | None, str]:
    """Read the original of a message, which the log notes."""
    if original is None:
        return None, "原信没有保存。"
    try:
        return read_mail(open_file(original, by=by)), ""
    except (Refused, ValueError) as error:
        return None, str(error)


class FolderForm(forms.Form):
    """A unit's mailbox."""

    body = BodyChoice(label="受理单位")
    host = forms.ChoiceField(label="邮件服务器")
    account = forms.CharField(
        label="账号", max_length=160, help_text="一般就是邮箱地址，答复也从群众的回信收到这里"
    )
    password = forms.CharField(
        label="密码", max_length=200, widget=forms.PasswordInput, help_text="加密保存，不再显示"
    )
    folder = forms.CharField(label="文件夹", max_length=60, initial="INBOX")

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        bodies: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["host"].choices = [(host, host) for host in servers()]  # type: ignore[attr-defined]
        dress(self)


def folders(request: HttpRequest) -> HttpResponse:
    """The mailboxes that are read; registering one of a unit."""
    by = staff(request)
    bodies = assignable(by) if by.has(Role.CHIEF) else Body.objects.none()
    form = FolderForm(request.POST or None, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        body = facts.pop("body")
        if does(
            request, lambda: actions.open_mail_folder(body, by=by, **facts), "已开通，几分钟后开始收取。"
        ):
            return redirect("consultation:mail_folders")
    shown = {
        "rows": [(row, not actions.close_mail_folder.why_not(row, by=by)) for row in folders_visible_to(by)],
        "form": form,
        "may_open": bodies.exists(),
        "servers": servers(),
    }
    return render(request, "consultation/mail_folders.html", shown)


def change_folder(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Read a mailbox with another password, or no more."""
    by = staff(request)
    row = get_visible_or_404(by, MailFolder, number)
    if request.method != "POST" or verb not in {"password", "close"}:
        raise Http404
    if verb == "password":
        given = request.POST.get("password", "")
        does(request, lambda: actions.change_password(row, by=by, password=given), "已更换。")
    else:
        reason = request.POST.get("reason", "")
        does(request, lambda: actions.close_mail_folder(row, by=by, reason=reason), "已停用。")
    return redirect("consultation:mail_folders")


def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """Say that a message is nothing to be answered."""
    by = staff(request)
    row = get_visible_or_404(request.user, IncomingMail, number)
    if request.method == "POST":
        does(request, lambda: actions.dismiss(row, by=by, reason=request.POST.get("reason", "")), "已记录。")
    return redirect("consultation:mails")
