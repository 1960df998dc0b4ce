"""The register 统一身份: identifiers of people at identity providers, confirmed by the officers."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_filters import ChoiceFilter

from gongkai.core.registers.columns import Column, render_chip
from gongkai.core.registers.register import Listing, Register
from gongkai.core.signin.identity.actions import add_identity
from gongkai.core.signin.identity.providers import get_provider_label, list_providers
from gongkai.core.signin.identity.rules import check_identity_confirmer, check_identity_remover
from gongkai.core.signin.models import Identity
from gongkai.core.signin.queries import manages_identities
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Appointment, Person
from gongkai.core.units.separation import is_guarded


def _filter_persons(rows: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
    """Filter people: identity unconfirmed in a guarded post, identity without a post ever, or post without an identity."""
    posts = Appointment.objects.values("person_id")
    if value == "waiting":
        unvouched = Identity.objects.filter(vouched=False).select_related("person")
        return rows.filter(pk__in=[row.person_id for row in unvouched if is_guarded(row.person)])
    if value == "candidates":
        return rows.filter(pk__in=Identity.objects.values("person_id")).exclude(pk__in=posts)
    return rows.filter(identities=None, pk__in=posts)


def _is_awaiting_confirmation(identity: Identity) -> bool:
    return not identity.vouched and is_guarded(identity.person)


def _describe_identity(identity: Identity) -> str:
    """Return the identity as text: provider and identifier."""
    return f"{get_provider_label(identity.provider)}：{identity.identifier}"


def _render_identities(row: Person) -> SafeString | str:
    """Return the cell of a person's identities, with a mark on unconfirmed ones; 没有登记 without any."""
    lines = [
        (
            render_chip("待确认", _describe_identity(identity))
            if _is_awaiting_confirmation(identity)
            else _describe_identity(identity),
        )
        for identity in row.identities.all()
    ]
    return format_html_join(mark_safe("<br>"), "{}", lines) if lines else "没有登记"


class IdentityRegister(Register[Person]):
    """Register of people with the identifiers by which they sign in."""

    name, route, model, title = "upkeep.identities", "signin_identities", Person, "统一身份"
    columns = (
        Column("name", "姓名", order="name", width=12),
        Column(
            "account",
            "账号",
            value=lambda row: row.user.get_username() if row.user else "未开通",
            order="user__username",
        ),
        Column(
            "identities",
            "统一身份",
            value=lambda row: "；".join(map(_describe_identity, row.identities.all())),
            cell=_render_identities,
            width=40,
        ),
    )
    filters = (
        (
            "state",
            ChoiceFilter(
                label="状态",
                choices=[
                    ("waiting", "待确认"),
                    ("candidates", "等待任职"),
                    ("without", "没有登记标识"),
                ],
                empty_label="全部",
                method=_filter_persons,
            ),
        ),
    )
    search_fields = ("name", "user__username", "identities__identifier")
    ordering = ("name",)
    has_record = False
    shown_at = "units:person"
    intro = "谁用哪个标识登录。标识是统一身份里不变的编号，不是姓名；能做什么仍由任职决定。"
    empty = "没有人员。"
    template = "upkeep/identities.html"

    def rows(self, by: Actor) -> QuerySet[Person]:
        """Return the active people whose identifiers the user manages, with their identities.

        Raises:
            PermissionDenied: the user manages nobody's identifiers.
        """
        if not manages_identities(by):
            raise PermissionDenied("只有系统管理员和安全保密管理员可以查看人员的统一身份。")
        rows = super().rows(by).filter(active=True).select_related("user").distinct()
        return rows.prefetch_related("identities__person", "identities__asked_by")

    def list_links(self, by: Actor, row: Person) -> Sequence[tuple[str, str]]:
        """Return [(label, URL)] of the pages to confirm, remove and register identifiers, as far as this user may."""
        ways = []
        for identity in row.identities.all():
            if not identity.vouched and not check_identity_confirmer(by, identity):
                ways.append(("核对并确认", reverse("signin:confirm_identity", args=[identity.pk])))
            if not check_identity_remover(by, identity):
                ways.append(("解除", reverse("signin:remove_identity", args=[identity.pk])))
        if len(row.identities.all()) < len(list_providers()) and not add_identity.why_not(row, by=by):
            ways.append(("登记标识", reverse("signin:add_identity", args=[row.pk])))
        return ways

    def extra_context(self, request: HttpRequest, listing: Listing[Person]) -> Mapping[str, object]:
        """Return whether an identity provider is configured."""
        return {"configured": bool(list_providers())}
