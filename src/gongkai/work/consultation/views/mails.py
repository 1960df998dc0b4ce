"""Views and registers of the public mailbox (公开信箱)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Unpack

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.editions.queries import default_website
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.files.losses import LOSSES_SEEN_CHECKBOX, require_losses_seen
from gongkai.core.intake.actions import open_file
from gongkai.core.intake.models import Upload
from gongkai.core.registers.columns import Column, render_chip
from gongkai.core.registers.filters import YearFilter, YesNoFilter
from gongkai.core.registers.forms import Act, ActForm, New
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, choices_field, style_inputs
from gongkai.lib.fileformats.documents import UnreadFile, read_document
from gongkai.lib.fileformats.documents.model import describe_losses
from gongkai.lib.fileformats.mails import Mail, read_mail
from gongkai.work.consultation import actions
from gongkai.work.consultation.actions.mails import make_mail_title
from gongkai.work.consultation.actions.periodic_reviews import list_mail_servers
from gongkai.work.consultation.mailbox.incoming_mails import ORIGINAL_FILE_NAME, folders_visible_to, read_mail_losses
from gongkai.work.consultation.models import IncomingMail, InquiryCategory, MailFolder, MailState
from gongkai.work.consultation.rules import list_assignable_units

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.core.spreadsheets.sheet import AnyRow


def _get_inquiry_number(row: IncomingMail) -> str:
    return row.inquiry.entry.number if row.inquiry else ""


def _make_inquiry_link(row: "AnyRow") -> SafeString | str:
    number = _get_inquiry_number(row)
    return format_html('<a href="{}">{}</a>', row.inquiry.entry.url, number) if row.sees_inquiry else number


class MailRegistrationForm(forms.Form):
    """The form that registers a held mail."""

    title = forms.CharField(label="标题", max_length=80)
    category = forms.ChoiceField(label="类别", choices=InquiryCategory.choices)
    text = forms.CharField(label="内容", max_length=20000, widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        style_inputs(self)


class IncomingMailRegister(Register[IncomingMail]):
    """The register of mails, at first only the held ones."""

    name, model, title, section = "consultation.mails", IncomingMail, "公开信箱", ("互动交流",)
    columns = (
        Column("number", "来信", value=str, order="pk", width=12),
        "at",
        "state",
        "why",
        Column("inquiry", "登记编号", value=_get_inquiry_number, cell=_make_inquiry_link),
    )
    filters = ("state", YearFilter("at", label="收取年度"))
    search_fields = ("why", "inquiry__entry__number")
    initial_filters = {"state": MailState.HELD.value}
    has_record = False
    shown_at = "consultation:mail"
    intro = "来信自动收取、登记；退信、自动回复和重复的分开记录；拿不准的留在“待人工处理”，一封不少。"
    empty = "没有这样的来信。"
    template = "consultation/mails.html"

    def totals(self, listing: Listing[IncomingMail]) -> Sequence[tuple[str, object]]:
        """Return the number of all visible mails by outcome, whatever the filters."""
        rows = self.rows(listing.by).order_by().values_list("state").annotate(count=Count("pk"))
        counts = {str(state): int(count) for state, count in rows}
        return [(str(state.label), f"{counts.get(state.value, 0):,}") for state in MailState]

    def extra_context(self, request: HttpRequest, listing: Listing[IncomingMail]) -> Mapping[str, object]:
        """Return the visible mailboxes, and whether the user may open one."""
        return {"folders": folders_visible_to(listing.by), "may_open": listing.by.has(Role.CHIEF)}


def mail_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a mail with what its text lacks; a held one can be registered."""
    by = require_staff_actor(request)
    row = get_visible_or_404(request.user, IncomingMail, number)
    files = Upload.objects.filter(matter=row.inquiry.matter if row.inquiry else row.matter)
    original = next((file for file in files if file.name.reveal() == ORIGINAL_FILE_NAME), None)
    read, losses, read_error = (
        _read_original_mail(original, by) if _shows_mail_losses(row, original) else (None, [], "")
    )
    initial = {
        "title": make_mail_title(row.subject.reveal(), read.text if read else ""),
        "text": read.text if read else "",
    }
    form = MailRegistrationForm(request.POST or None, initial=initial)
    website = default_website()
    receiver = row.folder.body.successor if row.folder.body else website.body if website else None
    if request.method == "POST" and receiver:

        def register_mail(**facts: object) -> object:
            """Register the mail as an inquiry once the clerk has seen its unread parts."""
            require_losses_seen(losses, confirmed=LOSSES_SEEN_CHECKBOX in request.POST)
            kinds = read_mail_losses(open_file(original, by=by)) if losses and original else []
            return actions.register_mail_inquiry(row, by=by, receiver=receiver, losses=kinds, **facts)

        is_registered = run_form_with_messages(request, form, register_mail, "已登记，等待分办。")
        if is_registered:
            row.refresh_from_db()
            return redirect("ledger_entry", pk=row.inquiry_id)
    context = {"mail": row, "form": form, "read": read, "losses": losses, "why": read_error, "original": original}
    return render(request, "consultation/mail.html", context)


def _shows_mail_losses(row: IncomingMail, original: Upload | None) -> bool:
    """Return true if a clerk reads or answers the text of a mail here."""
    return row.state == MailState.HELD or (row.state == MailState.TAKEN and original is not None)


def _read_original_mail(original: Upload | None, by: Actor) -> tuple[Mail | None, list[str], str]:
    """Return (mail or None, lines on its losses, reason why it cannot be read or "")."""
    if original is None:
        return None, [], "原信没有保存。"
    mail: Mail | None = None
    try:
        content = open_file(original, by=by)
        mail = read_mail(content)
        return mail, describe_losses(read_document(content, ORIGINAL_FILE_NAME).losses), ""
    except (Refused, UnreadFile) as error:
        if mail is None:
            return None, [], str(error)
        return mail, [f"附件或正文不能全部读取（{str(error).rstrip('。')}），请打开原信核对。"], ""


def _describe_folder_condition(folder: MailFolder) -> object:
    """Return the condition of a mailbox: closed on a day, its last error, or 正常."""
    if folder.closed_at:
        return f"{timezone.localdate(folder.closed_at)}停用"
    return render_chip(folder.error) if folder.error else "正常"


def _list_mailbox_units(by: Actor) -> "QuerySet[Body]":
    return list_assignable_units(by) if by.has(Role.CHIEF) and list_mail_servers() else Body.objects.none()


class MailFolderForm(ActForm):
    """The form for a unit's mailbox."""

    host = forms.ChoiceField(label="邮件服务器")
    account = forms.CharField(label="账号", max_length=160, help_text="一般就是邮箱地址，答复也从群众的回信收到这里")
    password = forms.CharField(label="密码", max_length=200, widget=forms.PasswordInput, help_text="加密保存，不再显示")
    folder = forms.CharField(label="文件夹", max_length=60, initial="INBOX")

    def prepare(self) -> None:
        """Offer the permitted servers."""
        choices_field(self, "host").choices = [(host, host) for host in list_mail_servers()]


class MailFolderRegister(Register[MailFolder]):
    """The register of mailboxes, with acts to open one, change its password and close it."""

    name, model, title = "consultation.mail_folders", MailFolder, "信箱设置"
    section = ("互动交流", ("公开信箱", "consultation:mails"))
    columns = (
        Column("name", width=36),
        "body",
        "read_at",
        Column("condition", "情况", value=lambda row: row.error or "", cell=_describe_folder_condition),
    )
    filters = ("body", ("closed", YesNoFilter("closed_at", "使用", yes="已停用", no="使用中")))
    has_record = False
    intro = (
        "政府的公开信箱由系统管理员设置；各单位自己的信箱在这里开通，来信由该单位受理。可以收取的邮件服务器由系统管理员"
        "在安装设置中填写。"
    )
    empty = "还没有信箱。"
    new = New(
        action=actions.open_mail_folder,
        targets=_list_mailbox_units,
        form=MailFolderForm,
        target_label="受理单位",
        lacking="单位信箱由政务公开办开通；系统管理员先在安装设置中填写可以收取的邮件服务器。",
        done="已开通，几分钟后开始收取。",
    )
    acts = (
        Act(
            action=actions.change_mailbox_password,
            asks={"password": forms.CharField(label="新密码", max_length=200, widget=forms.PasswordInput)},
            label="更换密码",
            done="已更换。",
        ),
        Act(action=actions.close_mail_folder, label="停用", done="已停用。"),
    )


def dismiss_mail(request: HttpRequest, number: int) -> HttpResponse:
    """Dismiss a held mail on a POST, with the reason typed."""
    by = require_staff_actor(request)
    row = get_visible_or_404(request.user, IncomingMail, number)
    if request.method == "POST":
        run_with_messages(
            request, lambda: actions.dismiss_mail(row, by=by, reason=request.POST.get("reason", "")), "已记录。"
        )
    return redirect("consultation:mails")
