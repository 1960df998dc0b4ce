"""Register 消息渠道: message gateways, their settings, and messages that failed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.outbox.gateways import actions
from gongkai.core.outbox.gateways.channel import decrypt_secrets, is_filled_in, make_configurable_filter
from gongkai.core.outbox.gateways.kinds import GatewayParameter, get_gateway_type
from gongkai.core.outbox.models import Gateway, Message, MessageState
from gongkai.core.registers.columns import FILE_AND_RECORD, Column, render_light
from gongkai.core.registers.forms import Act, ActForm, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import TimeOfDayField
from gongkai.core.widgets.forms import style_inputs

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow

# Period for which failures are shown.
FAILURE_PERIOD = timedelta(days=30)


def _list_configurable_bodies(by: Actor) -> QuerySet[Body]:
    return Body.objects.filter(make_configurable_filter(by, "path"), active_to=None)


class GatewayForm(ActForm):
    """Form for a gateway: parameters of its kind, urgency, quiet hours; `outside` (SMS only) sends to the public, too."""

    name = forms.CharField(label="名称", max_length=60)
    urgent_only = forms.BooleanField(
        label="只发紧急事项", required=False, help_text="短信建议勾选；不勾选的，每条消息都发"
    )
    outside = forms.BooleanField(
        label="也发给办事群众", required=False, help_text="手机验证码，留了手机没留邮箱的人的受理和答复提醒"
    )
    quiet_urgent = forms.BooleanField(label="夜间也发紧急事项", required=False)
    quiet_from = TimeOfDayField(label="夜间不发，从", required=False)
    quiet_until = TimeOfDayField(label="到", required=False, help_text="到时再发，不会丢")

    def prepare(self) -> None:
        """Add the fields of the gateway's kind; remove `outside` unless it sends SMS; stored secrets are never shown."""
        row = self.target
        assert isinstance(row, Gateway)
        kind, secrets = get_gateway_type(row.kind), decrypt_secrets(row)
        term_fields = {f"term_{term.name}": _make_field(term, row, secrets) for term in kind.terms}
        other_fields = {name: field for name, field in self.fields.items() if name != "name"}
        if not kind.is_sms:
            del other_fields["outside"]
        self.fields = {"name": self.fields["name"], **term_fields, **other_fields}
        self.groups = (
            ("接口参数", ("name", *term_fields)),
            ("发什么、什么时候发", tuple(other_fields)),
        )
        style_inputs(self)

    def facts(self) -> dict[str, object]:
        """Return the fields, with `terms` (parameters that are no secrets) and `given` (secrets that were entered)."""
        row = self.target
        assert isinstance(row, Gateway)
        values = super().facts()
        terms, given = {}, {}
        for term in get_gateway_type(row.kind).terms:
            value = str(values.pop(f"term_{term.name}") or "").strip()
            if not term.secret:
                terms[term.name] = value
            elif value:
                given[term.name] = value
        return {**values, "terms": terms, "given": given}


def _make_field(term: GatewayParameter, row: Gateway, stored_secrets: dict[str, str]) -> forms.Field:
    """Return the form field of a gateway's parameter; a stored secret is never shown and may stay empty."""
    is_stored = term.secret and bool(stored_secrets.get(term.name))
    hint = "；".join(filter(None, (term.help, "已保存，不改的留空" if is_stored else "")))
    initial_text = "" if term.secret else row.terms.get(term.name, term.first)
    if term.choices:
        return forms.ChoiceField(label=term.label, choices=term.choices, initial=initial_text, help_text=hint)
    widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off"})
    if term.rows > 1:
        widget = forms.Textarea(attrs={"rows": term.rows})
    elif term.secret:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    validators = [_validate_address] if term.address else []
    return forms.CharField(
        label=term.label,
        required=term.required and not is_stored,
        initial=initial_text,
        help_text=hint,
        max_length=2000,
        widget=widget,
        validators=validators,
    )


def _validate_address(value: str) -> None:
    if not value.startswith(("https://", "http://")) or any(map(str.isspace, value)):
        raise forms.ValidationError("地址应以 https:// 或 http:// 开头，写完整，中间没有空格。")


class TestMessageForm(ActForm):
    """Form for the recipient of a test message, if the kind needs one."""

    number = forms.CharField(label="收测试消息的手机号码", max_length=20)

    def prepare(self) -> None:
        """Remove the number unless the kind of gateway sends to numbers."""
        assert isinstance(self.target, Gateway)
        if not get_gateway_type(self.target.kind).by_number:
            del self.fields["number"]


def _get_state(row: "AnyRow") -> tuple[str, str]:
    """Return (colour, label) of a gateway's state: failed test, active, tested or untested, in this order."""
    if row.tested:
        return "red", "测试没有通过"
    if row.active:
        return "green", "已启用"
    return ("blue", "测试通过，没有启用") if row.works else ("yellow", "没有测试")


def _describe_test(row: "AnyRow") -> str:
    if row.tested_at is None:
        return "没有测试"
    moment = f"{timezone.localtime(row.tested_at):%Y-%m-%d %H:%M}"
    return f"{moment}　{'没有通过：' + row.tested if row.tested else '对方已接收'}"


def _describe_quiet_hours(row: "AnyRow") -> str:
    """Return in Chinese when the gateway sends nothing, and if urgent messages are sent then."""
    if row.quiet_from is None:
        return "不限时段"
    urgent = "，紧急事项照发" if row.quiet_urgent else ""
    morning = "次日" if row.quiet_from > row.quiet_until else ""
    return f"{row.quiet_from:%H:%M}至{morning}{row.quiet_until:%H:%M}不发{urgent}"


def _describe_receipts(row: "AnyRow") -> str:
    """Return the path for the receipts of the gateway's provider, "" if its kind has none."""
    if not get_gateway_type(row.kind).receipts:
        return ""
    token = decrypt_secrets(row).get(actions.RECEIPT_SETTING_KEY, "")
    return urljoin(settings.BASE_URL, reverse("outbox_receipts", args=[row.pk, token]))


def _list_failures(row: "AnyRow", by: Actor) -> "QuerySet[Message]":
    """Return the channel's messages of the last 30 days with an error: pending, failed or bounced."""
    states = (MessageState.WAITING, MessageState.FAILED, MessageState.BOUNCED)
    rows = Message.objects.filter(
        channel=row.channel, state__in=states, created_at__gte=timezone.now() - FAILURE_PERIOD
    )
    return rows.exclude(error="").select_related("person")


class GatewayRegister(Register[Gateway]):
    """Register of the message gateways."""

    name, model, title = "upkeep.channels", Gateway, "消息渠道"
    intro = (
        "提醒除了显示在“消息”里、发到邮箱，还可以发短信，发到企业微信、钉钉、飞书，或者推送给别的系统。"
        "发出去的只有事项标题，身份证号、电话等个人信息会遮盖。填写参数、测试通过后启用。"
    )
    empty = "还没有添加渠道，提醒只显示在“消息”里和发到邮箱。"
    columns = (
        "name",
        Column("state", "现状", value=lambda row: _get_state(row)[1], cell=lambda row: render_light(*_get_state(row))),
        "kind",
        "body",
        Column("what", "发什么", value=lambda row: "只发紧急事项" if row.urgent_only else "所有消息"),
        Column("night", "时段", value=_describe_quiet_hours, at=FILE_AND_RECORD),
        Column("tested", "最近测试", value=_describe_test),
        Column("how", "怎么办理", value=lambda row: get_gateway_type(row.kind).intro, at=frozenset({"record"})),
        Column("receipts", "回执地址（填到服务商后台）", value=_describe_receipts, at=frozenset({"record"})),
    )
    filters = ("kind",)
    acts_listed = False
    new = New(
        action=actions.add_gateway,
        fields=("kind", "name"),
        targets=_list_configurable_bodies,
        target_label="发给谁",
        note="先选种类、起个名字，下一步填写参数。",
        done="已添加，请填写参数。",
        lacking="消息渠道由系统管理员设置。",
    )
    acts = (
        Act(
            action=actions.set_up_gateway,
            form=GatewayForm,
            done="已保存。请发测试消息。",
            beside=("how",),
            note="密钥加密保存，存了以后谁也看不到，只能重新填写。",
        ),
        Act(
            action=actions.try_gateway,
            form=TestMessageForm,
            done="已测试，结果见“最近测试”。",
            when=is_filled_in,
            note="马上发一条测试消息，不含任何业务内容。",
        ),
        Act(action=actions.switch_on_gateway, quick=True, done="已启用。", when=is_filled_in),
        Act(action=actions.switch_off_gateway, quick=True, done="已停用。"),
        Act(
            action=actions.remove_gateway,
            fields=(),
            done="已删除。",
            note="密钥一并删除，发过的消息不受影响。",
        ),
    )
    parts = (
        RecordTable(
            name="failures",
            title="近30天没有发出的",
            model=Message,
            rows=_list_failures,
            columns=(
                "created_at",
                Column("state", "状态"),
                "error",
                "attempts",
                Column("retry_at", "下次尝试"),
                Column("person", "收件人", value=lambda row: row.person.name),
            ),
            note="没有发出的会自动重试，间隔从1分钟到24小时；收件人在“消息”里都能看到。",
            empty="没有。",
        ),
    )

    def get_heading(self, row: Gateway) -> str:
        """Return the name."""
        return row.name

    def extra_facts(self, by: Actor, row: Gateway) -> Sequence[tuple[str, object]]:
        """Return the numbers of messages sent, waiting and (with receipts) delivered in the last 30 days."""
        rows = Message.objects.filter(channel=row.channel, created_at__gte=timezone.now() - FAILURE_PERIOD)
        messages = rows.filter(state=MessageState.SENT)
        counted = f"发出{messages.count()}条，等待{rows.filter(state=MessageState.WAITING).count()}条"
        if get_gateway_type(row.kind).receipts:
            counted += f"，回执说送达{messages.exclude(arrived_at=None).count()}条"
        return (("近30天", counted),)
