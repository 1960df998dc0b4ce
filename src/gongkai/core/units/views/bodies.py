"""Pages of the unit directory: list, one body, and its actions."""

from typing import NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join

from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.models import Movement
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units import actions, queries, rules
from gongkai.core.units.actors import Actor, get_actor, require_staff_actor
from gongkai.core.units.forms import bodies as forms
from gongkai.core.units.models import Alias, Appointment, Body, BodyKind, Certificate, Office, Role, UnitGroup
from gongkai.core.units.pending_work import describe_unfinished_work
from gongkai.core.units.unit_choice import find_matching_names
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.core.units.unit_sheet import BODY_IMPORTER
from gongkai.core.units.views.act import ActPage, get_target_url
from gongkai.core.widgets.query_parameters import parse_selected, parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query

#: Bodies listed on one page.
PAGE_SIZE = 100


def find_start_government(by: Actor) -> Body | None:
    """Return the actor's government (of the highest post), or the first topmost body; None if there is none."""
    body = Body.objects.filter(pk__in=by.bodies).select_related("parent__parent").order_by("path").first()
    while body is not None and body.kind not in GOVERNING_KINDS and body.parent:
        body = body.parent
    return body or Body.objects.filter(parent=None).order_by("position", "pk").first()


def number_in_query(request: HttpRequest, name: str) -> int:
    """Return the number given by a query parameter, or 0."""
    return parse_whole_number(request.GET.get(name, "")) or 0


def name_options(request: HttpRequest) -> HttpResponse:
    """Return matching unit names as HTML options for the text field of `units.unit_choice`."""
    bodies = queries.existing_bodies(queries.visible_to(require_staff_actor(request)))
    typed_name = request.GET.get(request.GET.get("of", ""), "")
    rows = format_html_join(
        "", '<option value="{}"></option>', ((name,) for name in find_matching_names(bodies, typed_name))
    )
    return HttpResponse(rows)


def bodies_page(request: HttpRequest) -> HttpResponse:
    """Page: the units of one government, or the results of a search in all."""
    by = get_actor(request.user)
    visible_bodies = queries.visible_to(by)
    text, kind = clean_query(request.GET.get("q", ""), 60), request.GET.get("kind", "")
    government = visible_bodies.filter(pk=number_in_query(request, "government")).select_related(
        "parent"
    ).first() or find_start_government(by)
    rows = visible_bodies if request.GET.get("closed") else queries.existing_bodies(visible_bodies)
    if kind in BodyKind.values:
        rows = rows.filter(kind=kind)
    if text:
        by_alias = Alias.objects.filter(name__icontains=text).values("body_id")
        rows = rows.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(pk__in=by_alias))
    elif government is not None:
        rows = rows.filter(parent=government)
    lines, next_query = _paginate(rows, request)
    context = {
        "government": government,
        "governments": queries.list_governments(queries.existing_bodies(visible_bodies))
        .filter(children__isnull=False)
        .distinct()
        .order_by("path"),
        "above": government.parent if government and government.parent else None,
        "bodies": lines,
        "next": next_query,
        "words": text,
        "kind": kind,
        "closed": bool(request.GET.get("closed")),
        "kinds": BodyKind.choices,
        "may": government is not None and not rules.check_units_manager(by, government),
    }
    return render(request, "units/bodies.html", context)


class BodyLine(NamedTuple):
    """A body in the list; `leads` and `clerks` are Chinese lines with names and office telephones."""

    body: Body
    leads: list[str]
    clerks: list[str]


def _paginate(rows: QuerySet[Body], request: HttpRequest) -> tuple[list[BodyLine], str]:
    """Return (lines of the page of units after the query parameter `after`, query string of the next page or "")."""
    position_and_pk = parse_selected(request.GET.get("after", "").split("-"))
    if len(position_and_pk) == 2:
        place, pk = position_and_pk
        rows = rows.filter(Q(position__gt=place) | Q(position=place, pk__gt=pk))
    appointments = queries.filter_appointments_in_force().order_by("role", "pk")
    rows = rows.select_related("parent", "merged_into").annotate(below=Count("children", distinct=True))
    rows = rows.prefetch_related(Prefetch("appointments", queryset=appointments, to_attr="running"))
    lines = [
        BodyLine(
            row,
            _list_names(row.running, Role.LEAD),
            _list_names(row.running, Role.CLERK) or _list_names(row.running, Role.CHIEF),
        )
        for row in rows.order_by("position", "pk")[: PAGE_SIZE + 1]
    ]
    if len(lines) <= PAGE_SIZE:
        return lines, ""
    last_body = lines[PAGE_SIZE - 1].body
    query = request.GET.copy()
    query["after"] = f"{last_body.position}-{last_body.pk}"
    return lines[:PAGE_SIZE], "?" + query.urlencode()


def _list_names(appointments: list[Appointment], role: str) -> list[str]:
    """Return lines "name telephone" of those with a role; leave covers are marked （代）."""
    in_role = [appointment for appointment in appointments if appointment.role == role]
    regular_holders = {appointment.person_id for appointment in in_role if not appointment.covers_id}
    names = [
        f"{appointment.person.name}{'（代）' if appointment.covers_id else ''} {appointment.person.phone}".strip()
        for appointment in in_role
        if not (appointment.covers_id and appointment.person_id in regular_holders)
    ]
    return list(dict.fromkeys(names))


def find_body(request: HttpRequest, pk: int) -> Body:
    """Return a body visible to the user, or raise 404."""
    return get_visible_or_404(request.user, Body, pk)


def find_office(request: HttpRequest, pk: int) -> Office:
    """Return an office visible to the user, or raise 404."""
    return get_visible_or_404(request.user, Office, pk)


#: Actions on a body's page with their URL names; the second line changes its history.
OFFERED_ACTIONS = (
    (actions.edit, "edit"),
    (actions.rename, "rename"),
    (actions.move, "move"),
    (actions.merge, "merge"),
    (actions.close, "close"),
    (actions.restore, "restore"),
)


def body_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: one body with offices, people and roles, names, history and groups."""
    body, by = find_body(request, pk), get_actor(request.user)
    may_manage = not rules.check_units_manager(by, body)
    people = queries.filter_appointments_in_force(body) if by.known or by.system else Appointment.objects.none()
    context = {
        "body": body,
        "may": may_manage,
        "may_add": body.alive and not rules.check_office_manager(by, body),
        "may_people": not rules.check_people_manager(by, body),
        "offered": [(act.label, name) for act, name in OFFERED_ACTIONS if may_manage and not act.why_not(body, by=by)],
        "offices": body.offices.all(),
        "people": people,
        "covers": [appointment.pk for appointment in people if not rules.check_cover_planner(by, appointment)],
        "visible_people": set(queries.people_visible_to(by).values_list("pk", flat=True)),
        "aliases": body.aliases.select_related("office").order_by("source", "name"),
        "events": body.events.order_by("-on", "-pk"),
        "movements": list_own_history(body)[::-1],
        "groups": list_groups_with(body),
        "children": queries.existing_bodies(body.children.all()).count(),
        "merged": body.merged.all(),
        "certificate": None
        if rules.check_certificate_manager(by, body)
        else Certificate.objects.filter(body=body).defer("key").first(),
        "may_certify": not rules.check_certificate_manager(by, body),
    }
    return render(request, "units/body.html", context)


def list_own_history(body: Body) -> list[Movement]:
    """Return a body's log records of actions of this app, oldest first."""
    return [movement for movement in read_stream(get_log_stream(body)) if movement.action.startswith("units.")]


def list_groups_with(body: Body) -> list[UnitGroup]:
    """Return the stored groups that contain a body today."""
    government_ids = [int(number) for number in body.path.strip("/").split("/") if number]
    rows = UnitGroup.objects.filter(government__in=government_ids).prefetch_related("members")
    return [group for group in rows if _is_member(body, group)]


def _is_member(body: Body, group: UnitGroup) -> bool:
    """Return true if a body belongs to a stored group, by name or by kind."""
    if not body.alive:
        return False
    exclusion_by_body = {member.body_id: member.excluded for member in group.members.all()}
    if body.pk in exclusion_by_body:
        return not exclusion_by_body[body.pk]
    return body.parent_id == group.government_id and body.kind in group.kinds


def remove_alias_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: remove one alias."""
    alias = get_visible_or_404(request.user, Alias, pk)

    class RemoveAliasForm(forms.EmptyForm):
        def facts(self) -> dict[str, object]:
            return {"alias": alias}

    page = ActPage(
        actions.remove_alias,
        RemoveAliasForm,
        lambda _request, _pk: alias.body,
        explain=f"删除后，通知中的“{alias.name}”不再对应到本单位。已经导入的通知不受影响。",
    )
    return page(request)


def export_directory(request: HttpRequest, kind: str) -> HttpResponse:
    """Download the directory as a spreadsheet, with the columns of the import."""
    return spreadsheet_response(
        BODY_IMPORTER.sheet,
        BODY_IMPORTER.rows(get_actor(request.user)),
        "单位名录",
        form="csv" if kind == "csv" else "xlsx",
    )


CREATE_BODY_PAGE = ActPage(
    actions.create, forms.CreateBodyForm, find_body, done=lambda target, result: get_target_url(result)
)
EDIT_BODY_PAGE = ActPage(
    actions.edit, forms.BodyFactsForm, find_body, explain="更名、改变隶属、并入和撤销另有办理页面，会留下沿革。"
)
RENAME_BODY_PAGE = ActPage(
    actions.rename, forms.RenameBodyForm, find_body, explain="原名称自动成为别名，以前的通知和台账不受影响。"
)
MOVE_BODY_PAGE = ActPage(actions.move, forms.MoveBodyForm, find_body, explain="本单位及其下属单位一并改隶。")
MERGE_BODY_PAGE = ActPage(
    actions.merge,
    forms.MergeBodyForm,
    find_body,
    explain="处室和任职转到并入的单位；已有的任务留在原处，由并入的单位继续办理；今后的任务都归并入的单位。可以“恢复”。",
)
CLOSE_BODY_PAGE = ActPage(
    actions.close,
    forms.CloseBodyForm,
    find_body,
    explain="任职到这一天结束；已有的任务和沿革保留。可以“恢复”。",
    details=describe_unfinished_work,
)
RESTORE_BODY_PAGE = ActPage(
    actions.restore,
    forms.CloseBodyForm,
    find_body,
    explain="撤回并入或撤销：当时转走的处室、结束的任职一并还原。",
)
ADD_ALIAS_PAGE = ActPage(actions.add_alias, forms.AliasForm, find_body)
ADD_OFFICE_PAGE = ActPage(actions.add_office, forms.OfficeForm, find_body)
SET_CERTIFICATE_PAGE = ActPage(
    actions.set_certificate,
    forms.SigningCertificateForm,
    find_body,
    explain="以后生成的文书除.docx外，另有用这个证书签名的PDF（需服务器装有 LibreOffice）。私钥加密保存，不再显示；安全保密管理员会收到通知。",
)
DROP_CERTIFICATE_PAGE = ActPage(
    actions.drop_certificate,
    forms.EmptyForm,
    find_body,
    explain="以后的文书不再签名，私钥从本系统删除。已经签名的文书不变。",
)
EDIT_OFFICE_PAGE = ActPage(actions.edit_office, forms.EditOfficeForm, find_office, about=lambda office: office.body)
CLOSE_OFFICE_PAGE = ActPage(actions.close_office, forms.EffectiveDayForm, find_office, about=lambda office: office.body)
