"""Pages to register, confirm and remove a person's identifiers."""

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.signin.identity import actions
from gongkai.core.signin.identity.providers import label_of, list_providers
from gongkai.core.signin.models import Identity
from gongkai.core.units.forms.base import TargetForm
from gongkai.core.units.forms.bodies import NothingForm
from gongkai.core.units.models import Person
from gongkai.core.units.separation import home_of
from gongkai.core.units.views.act import ActPage


class IdentifierForm(TargetForm[Person]):
    """Form for a person's identifier at a provider."""

    provider = forms.ChoiceField(label="登录方式")
    identifier = forms.CharField(label="标识", max_length=200)

    def prepare(self) -> None:
        """Offer the configured providers with a hint about the identifier."""
        providers = list_providers()
        field = self.fields["provider"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(provider.name, provider.label) for provider in providers]
        text = "；".join(f"{provider.label}：{provider.identifier}" for provider in providers)
        self.fields["identifier"].help_text = f"统一身份里不变的编号（{text}），不是姓名"


def _find_person(request: HttpRequest, pk: int) -> Person:
    return get_visible_or_404(request.user, Person, pk)


def _find_identity(request: HttpRequest, pk: int) -> Identity:
    return get_visible_or_404(request.user, Identity, pk)


def _get_list_url(target: object, result: object) -> str:
    return reverse("signin_identities")


def _describe_identity(identity: Identity) -> list[str]:
    home = home_of(identity.person)
    return [
        f"{label_of(identity.provider)}标识：{identity.identifier}",
        f"对方登记的姓名：{identity.said_name or '没有给出'}",
        f"单位：{home.name if home else '没有任职'}",
        f"提出人：{identity.asked_by.name if identity.asked_by else '首次登录时匹配'}",
    ]


#: View: register an identifier of a person.
ADD_IDENTITY_PAGE = ActPage(
    actions.add_identity,
    IdentifierForm,
    _find_person,
    done=_get_list_url,
    explain="有审核、签发、负责人、政务公开办和三员任职的，由安全保密管理员确认后才能用它登录。",
)
#: View: confirm an identity.
CONFIRM_IDENTITY_PAGE = ActPage(
    actions.confirm_identity,
    NothingForm,
    _find_identity,
    details=_describe_identity,
    about=lambda identity: identity.person,
    done=_get_list_url,
    explain="确认前请向本人核实标识。确认后，凭这个标识登录的人就有本人的全部权限。",
)
#: View: remove an identity.
REMOVE_IDENTITY_PAGE = ActPage(
    actions.remove_identity,
    NothingForm,
    _find_identity,
    details=_describe_identity,
    about=lambda identity: identity.person,
    done=_get_list_url,
    explain="解除后不能再用它登录，正在用它的登录立即结束。本系统的账号不变。",
)
