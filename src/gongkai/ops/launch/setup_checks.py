"""Checks of the set-up; each returns a sentence on what is missing, or "".

Sentences have no full stop.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http.request import validate_host
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.content.editions.models import Column, Placement, Website
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.publishing.forms.office import FOOTER_FIELDS, WebsiteForm
from gongkai.content.reviewing.stage_assignments import find_unsignable_units
from gongkai.core.signin.models import Passkey
from gongkai.core.units.actors import ANONYMOUS, in_force_q
from gongkai.core.units.models import Appointment, Body, BodyKind, PasswordRequest, Role, Standing
from gongkai.core.units.separation import CONFIRMED_ROLES

# Bodies that `gongkai init` registers: the government and its general office.
INITIAL_BODY_COUNT = 2
# Persons that `gongkai init` registers: the three officers.
INITIAL_PEOPLE_COUNT = 3
# Maximum number of unit names in a sentence.
MAX_NAMED_UNITS = 3


#: Reason why other steps of the set-up must wait.
SITE_REQUIRED_REASON = "先新建网站"


def _join_first_names(words: list[str]) -> str:
    return "、".join(words[:MAX_NAMED_UNITS]) + ("等" if len(words) > MAX_NAMED_UNITS else "")


def check_chief() -> str:
    """Return what is lacking until a member of the 政务公开办 in office has a login."""
    rows = Appointment.objects.filter(role=Role.CHIEF)
    if rows.filter(in_force_q(), person__user__isnull=False).exists():
        return ""
    if rows.filter(in_force_q()).exists():
        return "政务公开办的人还没有开通账号"
    waiting = rows.filter(standing=Standing.WAITING).exists()
    return "政务公开办的任职在等安全保密管理员确认" if waiting else "还没有政务公开办的人"


def list_refused_hosts(sites: Iterable[Website]) -> list[tuple[str, str]]:
    """Return (name, host without port) of the sites whose host ALLOWED_HOSTS does not accept."""
    bare = [
        (site.name, site.host.rpartition(":")[0] if site.host.rpartition(":")[2].isdigit() else site.host)
        for site in sites
    ]
    return [(name, host) for name, host in bare if not validate_host(host, settings.ALLOWED_HOSTS)]


def check_hosts() -> str:
    """Return a sentence on the sites whose host the server does not accept."""
    refused = [host for _, host in list_refused_hosts(Website.objects.all())]
    return f"服务器还不应答域名{_join_first_names(refused)}，公众打开网站会显示错误（400）" if refused else ""


def check_units() -> str:
    """Return a sentence unless units beyond those of `gongkai init` are registered."""
    return "" if Body.objects.count() > INITIAL_BODY_COUNT else "只有安装时登记的政府和办公室"


def _list_working_units() -> QuerySet[Body]:
    rows = Body.objects.filter(active_to=None, merged_into=None)
    return rows.exclude(kind__in=(BodyKind.GOVERNMENT, BodyKind.DISTRICT)).order_by("position", "pk")


def check_people() -> str:
    """Return a sentence on the units without a clerk who can sign in; the 政务公开办 needs only a member and a head."""
    posts = Appointment.objects.filter(in_force_q(), body=OuterRef("pk"), person__user__isnull=False)
    clerk, head, member = (Exists(posts.filter(role=role)) for role in (Role.CLERK, Role.LEAD, Role.CHIEF))
    clerks = [body.label for body in _list_working_units().exclude(clerk).exclude(head & member)]
    return f"{len(clerks)}个单位没有能登录的经办人（{_join_first_names(clerks)}）" if clerks else ""


def check_signers() -> str:
    """Return a sentence on units whose texts cannot be signed at all stages of the site's plan.

    Only units with a clerk are considered.
    """
    if not Website.objects.exists():
        return SITE_REQUIRED_REASON
    units = [body.label for body in find_unsignable_units(list(_list_working_units()))]
    return f"按现在的人手，{len(units)}个单位的信息没有人能审完（{_join_first_names(units)}）" if units else ""


def check_confirmations() -> str:
    """Return a sentence on the appointments and passwords that the security officer must confirm.

    If only the three officers are registered, the sentence says so.
    """
    posts = Appointment.objects.filter(standing=Standing.WAITING).count()
    passwords = PasswordRequest.objects.filter(standing=Standing.WAITING).count()
    if Appointment.objects.values("person").distinct().count() <= INITIAL_PEOPLE_COUNT:
        return "还没有登记三员以外的人"
    lacks = [f"{count}项{what}" for count, what in ((posts, "任职"), (passwords, "密码")) if count]
    return f"{'、'.join(lacks)}等待确认" if lacks else ""


def check_second_factors() -> str:
    """Return a sentence on the people in signing or managing roles with a login but no second factor, or that it is
    off.
    """
    if not settings.GONGKAI_SECOND_FACTOR:
        return "服务器的设置关闭了第二重验证"
    guarded = Appointment.objects.filter(in_force_q(), role__in=CONFIRMED_ROLES, person__user__isnull=False)
    totp_devices, passkeys = (
        kind.objects.filter(confirmed=True, user=OuterRef("person__user")) for kind in (TOTPDevice, Passkey)
    )
    rows = guarded.filter(~Exists(totp_devices), ~Exists(passkeys)).order_by("person__name", "person")
    names = list(dict.fromkeys(rows.values_list("person__name", "person")))
    return f"{len(names)}人还没有设置（{_join_first_names([name for name, _ in names])}）" if names else ""


#: Note on a required page that is drafted but not public yet.
DRAFTED_NOTE = "已经起草，还没有审签公开"


def has_draft(column: Column) -> bool:
    """Return True if a text of this system was placed or is meant for a column, public or not."""
    drafts = Placement.objects.filter(document__item_number__isnull=False)
    return drafts.filter(Q(column=column) | Q(intended=column)).exists()


def check_fixed_column_text(mark: str) -> str:
    """Return the sites without a public text in the fixed column `mark`, or that all lacking are drafted; "" if none lacks it."""
    sites = list(Website.objects.order_by("pk"))
    if not sites:
        return SITE_REQUIRED_REASON
    lacks, begun = [], 0
    for website in sites:
        column = Column.objects.filter(website=website, fixed=mark).first()
        if column is None or not shelf_visible_to(ANONYMOUS).filter(website=website, column=column).exists():
            lacks.append(website.name)
            begun += column is not None and has_draft(column)
    if not lacks:
        return ""
    if begun == len(lacks):
        return DRAFTED_NOTE
    return "栏目里还没有审签发布的文章" if len(sites) == 1 else f"{_join_first_names(lacks)}还没有"


def find_footer_gaps() -> str:
    """Return which footer fields are empty, by site; "" if none is."""
    sites = list(Website.objects.order_by("pk"))
    if not sites:
        return SITE_REQUIRED_REASON
    blank = Q()
    for name in FOOTER_FIELDS:
        blank |= Q(**{name: ""})
    footer_gaps = []
    for website in Website.objects.filter(blank).order_by("pk"):
        fields = [str(WebsiteForm.base_fields[name].label) for name in FOOTER_FIELDS if not getattr(website, name)]
        prefix = f"{website.name}：" if len(sites) > 1 else ""
        footer_gaps.append(f"{prefix}缺{'、'.join(fields)}")
    return "；".join(footer_gaps)
