"""The list of internal network hosts to which this installation may send requests.

A system administrator (系统管理员) proposes a host and a security officer (安全保密管理员) confirms it.
`GONGKAI_INSPECT_HOSTS` and `GONGKAI_LINK_CHECKS` cover public addresses only, even with `all`.
Users choose the addresses of sites and links, and must not reach internal servers through this
installation.
"""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.another_person import is_among, with_covered_people
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.rules import runs_installation
from gongkai.core.units.separation import list_officers as officers_of
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.permitted_hosts import get_host_name
from gongkai.oversight.inspection.models import InnerHost
from gongkai.oversight.inspection.rules import check_inner_host_proposer, check_inner_host_remover

#: Roles of the highest government that may see the list.
INNER_HOST_ROLES = (Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR, Role.CHIEF)
_HOST_AND_PORT_RE = re.compile(r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def get_inner_hosts() -> frozenset[str]:
    """Return the confirmed internal hosts, in the form that `outbound.RequestLimits.inside` expects."""
    rows = InnerHost.objects.filter(ended_at=None).exclude(confirmed_at=None)
    return frozenset(rows.values_list("host", flat=True))


@register_visible_to(InnerHost, technical=True)
def visible_to(user: object) -> QuerySet[InnerHost]:
    """Return the internal hosts visible to the user.

    The list is visible to technical posts, overseers (监督员) and the open-government office (政务公开办)
    of the highest government.
    """
    rows = InnerHost.objects.filter(ended_at=None)
    return rows if can_see_inner_hosts(get_actor(user)) else rows.none()


def can_see_inner_hosts(by: Actor) -> bool:
    """Return True if the user may see the list."""
    return by.system or any(runs_installation(by, role) for role in INNER_HOST_ROLES)


@action("inspection.name_inner_host", label="登记内部网络地址", rule=check_inner_host_proposer)
def propose_inner_host(body: Body, *, by: Actor, host: str, why: str) -> ActionResult:
    """Propose an internal host; it counts once a security officer has confirmed it."""
    host_name = host.strip().lower()
    if not _HOST_AND_PORT_RE.fullmatch(host_name) or get_host_name(f"http://{host_name}/") != host_name.removesuffix(
        ":80"
    ):
        raise Refused("请填写一个域名或者IP地址，可以带端口，例如 10.1.2.3:8080。")
    host_name = host_name.removesuffix(":80")
    if InnerHost.objects.filter(host=host_name, ended_at=None).exists():
        raise Refused("这个地址已经登记。")
    proposed = InnerHost.objects.create(
        body=body, host=host_name, why=why.strip(), by=by.name, person_id=by.person_id, account_id=by.user_id
    )
    tell = Notification(
        subject=f"请确认内部网络地址：{host_name}",
        body=f"{by.name}登记内部网络地址“{host_name}”，确认后可以检查：{proposed.why}",
        link=reverse("inspection:inner_row", args=[proposed.pk]),
        key=f"innerhost/{proposed.pk}",
        persons=tuple(officers_of(body)),
    )
    return ActionResult(
        words=f"登记内部网络地址“{host_name}”：{proposed.why}", stream=proposed.stream, result=proposed, tell=(tell,)
    )


def _check_confirmer(by: Actor, target: InnerHost) -> list[str]:
    """Return the Chinese reasons why the user may not confirm an internal host."""
    if not runs_installation(by, Role.SECURITY):
        return ["只有安全保密管理员可以确认。"]
    named = with_covered_people([target.person_id], target.stream, ["inspection.name_inner_host"])
    return ["须由登记人以外的另一人确认。"] if is_among(by, named, [target.account_id]) else []


@action("inspection.confirm_inner_host", label="确认", rule=_check_confirmer)
def confirm_inner_host(target: InnerHost, *, by: Actor) -> ActionResult:
    """Confirm an internal host so that it may be inspected."""
    if target.confirmed_at is not None:
        raise Refused("已经确认。")
    target.confirmed_at, target.confirmed_by = timezone.now(), by.name
    target.save(update_fields=["confirmed_at", "confirmed_by"])
    return ActionResult(words=f"确认内部网络地址“{target.host}”可以检查")


@action("inspection.end_inner_host", label="撤销", rule=check_inner_host_remover)
def end_inner_host(target: InnerHost, *, by: Actor) -> ActionResult:
    """Remove an internal host from use; either of the two officers may do so alone."""
    target.ended_at = timezone.now()
    target.save(update_fields=["ended_at"])
    return ActionResult(words=f"撤销内部网络地址“{target.host}”")


def _list_administered_governments(by: Actor) -> QuerySet[Body]:
    """Return the governments that the user administers, if as administrator of the installation."""
    if not runs_installation(by, Role.ADMINISTRATOR):
        return Body.objects.none()
    within = Q(pk__in=[])
    for post in by.posts:
        if post.role == Role.ADMINISTRATOR:
            within |= Q(path=post.reach)
    return Body.objects.filter(within)


class InnerHostRegister(Register[InnerHost]):
    """Register of internal hosts with the people who proposed and confirmed them."""

    name, model, title = "inspection.inner", InnerHost, "允许检查的内部网络地址"
    section = (("网站检查", "inspection:overview"),)
    columns = ("host", "why", "by", "at", "confirmed_by", "confirmed_at")
    search_fields = ("host", "why")
    intro = (
        "网站检查和链接检查只访问互联网上的地址。网站在内部网络的，由系统管理员逐个登记，安全保密管理员确认后才能检查。"
    )
    empty = "没有登记内部网络地址：只检查互联网上的网站。"
    new = New(action=propose_inner_host, label="登记", targets=_list_administered_governments, target_label="本级政府")
    acts = (
        Act(action=confirm_inner_host, quick=True, done="已确认。", when=lambda row: row.confirmed_at is None),
        Act(action=end_inner_host, quick=True, done="已撤销。"),
    )
