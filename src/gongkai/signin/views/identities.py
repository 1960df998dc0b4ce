"""Whose identifiers are whose: for administrators, who register them, and security officers, who confirm those of guarded posts."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongkai.acts.door import get_visible_or_404
from gongkai.signin import queries
from gongkai.signin.identity import actions
from gongkai.signin.identity.providers import label_of, providers
from gongkai.signin.identity.rules import confirms_identity, removes_identity
from gongkai.signin.models import Identity
from gongkai.ui.paging import page_of
from gongkai.units.actors import actor_of
from gongkai.units.forms.base import TargetForm
from gongkai.units.forms.bodies import NothingForm
from gongkai.units.models import Appointment, Person
from gongkai.units.queries import people_visible_to
from gongkai.units.separation import home_of, is_guarded
from gongkai.units.views.act import ActPage

#: What the list can be narrowed to.
STATES = (("", "全部"), ("waiting", "待确认"), ("candidates", "等待任职"), ("without", "没有登记标识"))


def identities(request: HttpRequest) -> HttpResponse:
    """People with their identifiers."""
    by = actor_of(request.user)
    if not queries.keeps_identities(by):
        raise PermissionDenied("只有系统管理员和安全保密管理员可以查看人员的统一身份。")
    state, words = (
        request.GET.get("state", ""),
        request.GET.get("q", "").replace("\0", "").strip()[:60],
    )
    people = people_visible_to(by).filter(active=True)
    if words:
        people = people.filter(
            Q(name__icontains=words)
            | Q(user__username__icontains=words)
            | Q(pk__in=Identity.objects.filter(identifier__icontains=words).values("person_id"))
        )
    if state == "waiting":
        people = people.filter(pk__in=_waiting())
    elif state == "candidates":
        people = people.filter(identities__isnull=False).exclude(
            pk__in=Appointment.objects.values("person_id")
        )
    elif state == "without":
        people = people.filter(identities=None, pk__in=Appointment.objects.values("person_id"))
    page = page_of(request, people.order_by("name", "pk").prefetch_related("identities"))
    rows = [
        {
            "person": person,
            "identities": [
                {
                    "identity": identity,
                    "label": label_of(identity.provider),
                    "waits": not identity.vouched and is_guarded(person),
                    "confirms": not identity.vouched and not confirms_identity(by, identity),
                    "removes": not removes_identity(by, identity),
                }
                for identity in person.identities.all()
            ],
            "adds": not actions.add_identity.why_not(person, by=by),
        }
        for person in page.object_list
    ]
    context = {
        "rows": rows,
        "page": page,
        "state": state,
        "states": STATES,
        "words": words,
        "providers": providers(),
    }
    return render(request, "signin/identities.html", context)


def _waiting() -> list[int]:
    rows = Identity.objects.filter(vouched=False).select_related("person")
    return [identity.person_id for identity in rows if is_guarded(identity.person)]


class IdentifierForm(TargetForm[Person]):
    """By which identifier of which provider somebody signs in."""

    provider = forms.ChoiceField(label="登录方式")
    identifier = forms.CharField(label="标识", max_length=200)

    def prepare(self) -> None:
        """Offer what is configured, and say what the identifier is there."""
        known = providers()
        field = self.fields["provider"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(provider.name, provider.label) for provider in known]
        said = "；".join(f"{provider.label}：{provider.identifier}" for provider in known)
        self.fields["identifier"].help_text = f"统一身份里不变的编号（{said}），不是姓名"


def _person(request: HttpRequest, pk: int) -> Person:
    return get_visible_or_404(request.user, Person, pk)


def _identity(request: HttpRequest, pk: int) -> Identity:
    return get_visible_or_404(request.user, Identity, pk)


def _back(target: object, result: object) -> str:
    return reverse("signin:identities")


def _about(identity: Identity) -> list[str]:
    home = home_of(identity.person)
    return [
        f"{label_of(identity.provider)}标识：{identity.identifier}",
        f"对方登记的姓名：{identity.said_name or '没有给出'}",
        f"单位：{home.name if home else '没有任职'}",
        f"提出人：{identity.asked_by.name if identity.asked_by else '首次登录时匹配'}",
    ]


ADD = ActPage(
    actions.add_identity,
    IdentifierForm,
    _person,
    done=_back,
    explain="有审核、签发、负责人、政务公开办和三员任职的，由安全保密管理员确认后才能用它登录。",
)
CONFIRM = ActPage(
    actions.confirm_identity,
    NothingForm,
    _identity,
    details=_about,
    about=lambda identity: identity.person,
    done=_back,
    explain="确认前请向本人核实标识。确认后，凭这个标识登录的人就有本人的全部权限。",
)
REMOVE = ActPage(
    actions.remove_identity,
    NothingForm,
    _identity,
    details=_about,
    about=lambda identity: identity.person,
    done=_back,
    explain="解除后不能再用它登录，正在用它的登录立即结束。本系统的账号不变。",
)
