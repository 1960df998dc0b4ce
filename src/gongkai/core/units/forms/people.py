"""Forms for people, their logins and appointments."""

from collections.abc import Iterable, Iterator
from typing import TypeVar, Unpack

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.admin.forms.auth import PasswordResetForm

from gongkai.core.units import queries, separation
from gongkai.core.units.actions.people import LOGIN_NAME_ERROR, LOGIN_NAME_PATTERN
from gongkai.core.units.another_person import MOBILE_FORMAT_ADVICE, is_mobile
from gongkai.core.units.forms.base import BodyChoice, PersonChoice, TargetForm, format_today
from gongkai.core.units.forms.bodies import EffectiveDayForm
from gongkai.core.units.models import Appointment, Body, Office, Person, Role
from gongkai.core.units.pending_work import leaves_work_to_nobody
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, Posted, Sent

T = TypeVar("T")


def _translate_password_error(error: forms.ValidationError) -> str:
    """Return a password validation error in Chinese."""
    if error.code == "password_too_short":
        return f"密码太短，至少{(error.params or {}).get('min_length', 10)}个字符。"
    return str(error.messages[0])


def check_mobile(typed: str) -> None:
    """Check that a text is a mobile number in any usual spelling.

    Raises:
        ValidationError: it is none.
    """
    if not is_mobile(typed):
        raise forms.ValidationError(f"{MOBILE_FORMAT_ADVICE}，请核对。")


class PersonForm(TargetForm[Person | None]):
    """Form for a person: a new one (no target) or an existing one."""

    name = forms.CharField(label="姓名", max_length=60)
    title = forms.CharField(label="职务", max_length=60, required=False)
    phone = forms.CharField(label="办公电话", max_length=30, required=False)
    mobile = forms.CharField(
        label="手机",
        max_length=30,
        required=False,
        help_text="11位号码，用于短信催办，不对外公开",
        validators=[check_mobile],
    )
    email = forms.EmailField(label="电子邮箱", required=False)

    def prepare(self) -> None:
        """Fill in the stored values."""
        if self.target is not None:
            self.start_with(**{name: getattr(self.target, name) for name in self.fields})


#: Duties of each role, shown on the forms that assign roles.
DUTIES_BY_ROLE = {
    Role.CLERK: "起草信息、办理任务、答复咨询和申请；登记后当天生效",
    Role.REVIEWER: "初审：核对本单位要公开的信息",
    Role.SIGNER: "复审、签发；没有的，由政务公开办审签",
    Role.LEAD: "终审；看本单位全部事项，安排请假代理；办公室的负责人还可以确认开通",
    Role.CHIEF: "管本级政府的政务公开：单位名录、网站、通知、考核",
    Role.AUDITOR: "看操作日志和全部台账，不办事；三员之一，不能兼任另外两个",
    Role.ADMINISTRATOR: "登记人员、开通账号、看运行状况；三员之一，不看业务内容",
    Role.SECURITY: "确认重要任职和密码；三员之一，不看业务内容",
}
#: Choices of a role: value, and label with the duties.
ROLE_CHOICES = [
    (role.value, f"{role.label}：{DUTIES_BY_ROLE[role]}{'' if role == Role.CLERK else '（须安全保密管理员确认）'}")
    for role in Role
]


class EnterPersonForm(PersonForm):
    """Form for a new person with posts and account on one page."""

    body = BodyChoice(label="任职单位")
    roles = forms.MultipleChoiceField(
        label="岗位",
        choices=ROLE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text="一份信息的审核、签发、终审由不同的人办。一个单位至少登记一名经办人；其他岗位缺的，由政务公开办审签。",
    )
    username = forms.RegexField(
        label="账号",
        required=False,
        regex=LOGIN_NAME_PATTERN,
        help_text="字母、数字或工号，3位以上；以后再开通的可不填。",
        error_messages={"invalid": LOGIN_NAME_ERROR},
    )
    field_order = ("name", "body", "roles", "username", "title", "phone", "mobile", "email")

    def prepare(self) -> None:
        """Offer the existing units; preselect the role given in the URL."""
        rows = queries.existing_bodies(queries.visible_to(self.by)).order_by("parent_id", "position", "pk")
        self.offer("body", rows)
        if isinstance(role := self.initial.get("roles"), str):
            self.initial["roles"] = [role]


class StaffContactForm(TargetForm[Person]):
    """Form for a person's mobile number and e-mail address."""

    mobile = forms.CharField(
        label="手机", max_length=30, required=False, help_text="11位号码，不对外公开", validators=[check_mobile]
    )
    email = forms.EmailField(label="电子邮箱", required=False)

    def prepare(self) -> None:
        """Fill in the stored values."""
        self.start_with(**{name: getattr(self.target, name) for name in self.fields})


class LoginForm(TargetForm[Person]):
    """Form for a user name."""

    username = forms.RegexField(
        label="账号",
        regex=LOGIN_NAME_PATTERN,
        help_text="字母、数字或工号，3位以上",
        error_messages={"invalid": LOGIN_NAME_ERROR},
    )


class AppointForm(TargetForm[Body]):
    """Form to appoint a person at the target body."""

    person = PersonChoice(label="人员")
    role = forms.ChoiceField(label="角色", choices=ROLE_CHOICES, widget=forms.RadioSelect)
    office: "forms.ModelChoiceField[Office]" = forms.ModelChoiceField(
        label="处室", queryset=None, required=False, empty_label="不限处室"
    )
    start = YearCheckedDateField(label="起始日期")
    end = YearCheckedDateField(label="截止日期", required=False, help_text="不填为长期")

    def prepare(self) -> None:
        """Offer active people and the body's offices."""
        people = queries.people_visible_to(self.by).filter(active=True)
        self.offer("person", queries.prefetch_appointments(people))
        self.offer("office", self.target.offices.filter(active_to=None), lambda office: str(office.name))
        self.start_with(start=format_today(), role=Role.CLERK)


class BodyOfAppointmentForm(forms.Form):
    """Form to choose the body of a new appointment; the body determines the offices offered next."""

    body = BodyChoice(label="任职单位")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = self.fields["body"]
        assert isinstance(field, BodyChoice)
        field.queryset = bodies


class ReasonForm(TargetForm[T]):
    """Form for the reason of a refusal."""

    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverAppointmentForm(TargetForm[Person]):
    """Form for the receiver and the day of a hand-over."""

    to = PersonChoice(label="交接给")
    on = YearCheckedDateField(label="交接日期", help_text="原任职到当日止，新任职自当日起")
    note = forms.CharField(label="交接说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def prepare(self) -> None:
        """Offer active people, those of the person's units first."""
        posts = queries.filter_appointments_in_force()
        bodies = posts.filter(person=self.target).values("body")
        people = queries.people_visible_to(self.by).filter(active=True).exclude(pk=self.target.pk)
        people = people.annotate(is_colleague=Exists(posts.filter(person=OuterRef("pk"), body__in=bodies)))
        self.offer("to", queries.prefetch_appointments(people.order_by("-is_colleague", "name", "pk")))
        self.start_with(on=format_today())


class ConfirmUnstaffedForm(EffectiveDayForm[T]):
    """Base form for the last day of appointments (`ending`), with a checkbox if nobody could continue pending work."""

    alone = forms.BooleanField(
        label="仍要结束：我知道上面的事项此后没有人办理",
        error_messages={"required": "没有人接着办，请先任职或者交接；仍要结束的，请勾选。"},
    )

    def ending(self) -> Iterable[Appointment]:
        """Return the appointments that the action ends."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Ask for confirmation only if nobody could continue pending work."""
        super().prepare()
        if not any(leaves_work_to_nobody(appointment) for appointment in self.ending()):
            del self.fields["alone"]

    def facts(self) -> dict[str, object]:
        """Return the action's arguments: the day."""
        return {"on": self.cleaned_data["on"]}


class EndAppointmentForm(ConfirmUnstaffedForm[Appointment]):
    """Form for the last day of an appointment."""

    def ending(self) -> Iterable[Appointment]:
        """Return the appointment that ends."""
        return [self.target]


class LeaveForm(ConfirmUnstaffedForm[Person]):
    """Form for the day on which a person leaves and all their appointments end."""

    def ending(self) -> Iterable[Appointment]:
        """Return the person's appointments in force."""
        return queries.filter_appointments_in_force().filter(person=self.target)


class LeaveCoverForm(TargetForm[Appointment]):
    """Form for the cover of a leave: person and period."""

    person = PersonChoice(
        label="代理人",
        help_text="代理人自己拟办、起草、提交的，代理期间仍由他人决定、审核；代理办理的，办理经过记明代谁。"
        "经办人第一次代理审核、签发、负责的岗位，确认时密码换成一次性的，请他向安全保密管理员领取",
    )
    start = YearCheckedDateField(label="起始日期")
    end = YearCheckedDateField(label="截止日期", help_text="代理到当日止，到期自动结束")

    def prepare(self) -> None:
        """Offer active people, except the absent one."""
        people = queries.people_visible_to(self.by).filter(active=True).exclude(pk=self.target.person_id)
        self.offer("person", queries.prefetch_appointments(people))
        self.start_with(start=format_today())


class OwnPasswordForm(TargetForm[Person]):
    """Form to change one's own password."""

    old = forms.CharField(label="现在的密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    password = forms.CharField(
        label="新密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少10个字符，不用常见密码、单位和系统的名称，不与姓名、账号太相似，不与最近用过的相同。",
    )
    again = forms.CharField(
        label="再输入一次新密码", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_old(self) -> str:
        """Return the present password; raise `ValidationError` if it is wrong."""
        old_password: str = self.cleaned_data["old"]
        user = self.target.user
        if user is None or not user.check_password(old_password):
            raise forms.ValidationError("现在的密码不正确。")
        return old_password

    def clean(self) -> dict[str, object]:
        """Check that both entries match, differ from the old password and are strong enough."""
        facts = super().clean() or self.cleaned_data
        new_password = facts.get("password")
        if new_password and facts.get("again") is not None and new_password != facts["again"]:
            self.add_error("again", "两次输入的新密码不一致。")
        elif new_password and new_password == facts.get("old"):
            self.add_error("password", "新密码不能与现在的密码相同。")
        elif new_password:
            try:
                validate_password(new_password, self.target.user)
            except forms.ValidationError as error:
                self.add_error(
                    "password",
                    [_translate_password_error(validation_error) for validation_error in error.error_list],
                )
        return facts

    def facts(self) -> dict[str, object]:
        """Return the new password as the only argument of the action."""
        return {"password": self.cleaned_data["password"]}


class SafePasswordResetForm(PasswordResetForm):  # type: ignore[misc]
    """Wagtail's reset form; it sends nothing to people in guarded roles, whose mailbox others may
    read or change."""

    def get_users(self, email: str) -> Iterator[object]:
        """Return the logins of this address whose password may be reset by e-mail."""
        for user in super().get_users(email):
            person = Person.objects.filter(user_id=user.pk).first()
            if not user.is_superuser and (person is None or not separation.is_guarded(person)):
                yield user
