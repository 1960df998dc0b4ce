"""Pages of the office: collections with their sources, one source with its entries, one decision to list links."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongkai.acts.chain import history
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages, too_many
from gongkai.editions.models import Column, Website
from gongkai.files.serving import serve_stored
from gongkai.gathering import actions, queries
from gongkai.gathering.forms import CollectionForm, EntryForm, ListingForm, Plain, RelearnForm, SourceForm
from gongkai.gathering.importing import ENTRIES, SHEET
from gongkai.gathering.models import Collection, Gathered, GatheredFile, Listing, Source, Way
from gongkai.gathering.pulling import pull_now
from gongkai.gathering.rules import keeps
from gongkai.publishing.source_desk import desk_of
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import ticked, whole
from gongkai.ui.forms import Posted
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, require_staff_actor
from gongkai.units.models import Body

PAGE, MOST_AT_ONCE = 50, 50


def index(request: HttpRequest) -> HttpResponse:
    """List the collections with what their sources brought; make one."""
    by = require_staff_actor(request)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, ENTRIES.rows(by), "归集内容")
    bodies = queries.own_bodies(by)
    form = CollectionForm(request.POST or None, bodies=bodies)
    made: list[Collection] = []
    if request.method == "POST":

        def work(*, body: Body, **facts: object) -> None:
            return made.append(actions.add_collection(body, by=by, **facts))

        if run_form_with_messages(request, form, work, "已新建，请登记来源。"):
            return redirect("gathering:collection", made[0].pk)
    rows = [(one, queries.shares(one)) for one in queries.collections_visible_to(by)]
    shown = {
        "rows": [
            (
                one,
                found,
                sum(share.count for share in found),
                sum(share.source.failing > 0 for share in found),
            )
            for one, found in rows
        ],
        "form": form,
        "may": bodies.exists(),
        "calling": bool(settings.GONGKAI_GATHER_HOSTS),
    }
    return render(request, "gathering/index.html", shown)


def _columns() -> QuerySet[Column]:
    website = Website.objects.filter(is_default=True).first()
    rows = Column.objects.filter(website=website, opened_at__isnull=False, archived_at=None)
    return rows.order_by("key")


def collection(request: HttpRequest, number: int) -> HttpResponse:
    """One collection: its sources with light, count and expectation; enter one."""
    by = require_staff_actor(request)
    found = get_visible_or_404(by, Collection, number)
    may = not keeps(by, found)
    form = SourceForm(request.POST or None, columns=_columns())
    if request.method == "POST" and may:
        made: list[Source] = []
        if run_form_with_messages(
            request,
            form,
            lambda **facts: made.append(actions.add_source(found, by=by, **facts)),
            "来源已登记。",
        ):
            return redirect("gathering:source", made[0].pk)
    listed = set(queries.listed_sources())
    shown = {
        "collection": found,
        "rows": [(share, _light(share.source), share.source.pk in listed) for share in queries.shares(found)],
        "form": form if may else None,
        "calling": bool(settings.GONGKAI_GATHER_HOSTS),
    }
    return render(request, "gathering/collection.html", shown)


def _light(source: Source) -> tuple[str, str]:
    """Return the light of a source and its words."""
    if not source.active:
        return "grey", "已停用"
    if source.way == Way.MANUAL:
        return "green", "人工录入"
    if source.failing:
        return "red", f"连续{source.failing}次失败"
    return ("green", "正常") if source.succeeded_at else ("blue", "还没有收取")


def source(request: HttpRequest, number: int) -> HttpResponse:
    """One source: how its pulls went, its entries by tab, and what can be done with them."""
    by = require_staff_actor(request)
    found: Source = get_visible_or_404(by, Source, number)
    may = not keeps(by, found)
    forms = {"entry": EntryForm(prefix="e"), "listing": ListingForm(prefix="l")}
    if may:
        forms["change"] = _change_form(found)
    if found.way == Way.LIST:
        forms["relearn"] = RelearnForm(prefix="r", initial={"example": found.example})
    if request.method == "POST":
        if not may:
            raise Http404("没有这个操作")
        if _done(request, by, found, forms):
            return redirect("gathering:source", number)
    tab = request.GET.get("tab", "new")
    rows = queries.in_tab(
        found.gathered.select_related("double_of__source", "document"), tab
    ).prefetch_related("files")
    page = page_of(request, rows.order_by("-written_at", "-pk"), PAGE)
    light, words = _light(found)
    shown = {
        "source": found,
        "light": light,
        "words": words,
        "tabs": [
            (name, label, queries.in_tab(found.gathered.all(), name).count())
            for name, label in queries.TABS.items()
        ],
        "tab": tab,
        "page": page,
        "may": may,
        "forms": forms,
        "columns": _columns() if may else (),
        "listings": found.listings.all(),
        "by_hand": found.way == Way.MANUAL,
        "listed": found.pk in queries.listed_sources(),
        "today": timezone.localdate(),
        "apart": queries.visible_to(by).filter(pk__in=found.apart.order_by().values("pk")),
        "history": list(history(found.stream))[:-16:-1],
    }
    return render(request, "gathering/source.html", shown)


def _change_form(found: Source, data: Posted = None) -> SourceForm:
    initial = {name: getattr(found, name) for name in actions.FACTS}
    return SourceForm(data, prefix="c", columns=_columns(), initial=initial)


def _done(request: HttpRequest, by: Actor, found: Source, forms: dict[str, Plain]) -> bool:
    """Do what a button of the page says; whether it was done."""
    do = request.POST.get("do", "")
    if do == "pull":
        return _pulled(request, by, found)
    if do == "switch":
        return run_with_messages(
            request, lambda: actions.switch_source(found, by=by, active=not found.active), "已保存。"
        )
    if do in {"draft", "link", "drop", "apart"}:
        return _entries(request, by, found, do)
    if do == "compare":
        other = get_visible_or_404(by, Source, whole(request.POST.get("other", "")) or 0)
        return run_with_messages(
            request, lambda: actions.compare_again(found, by=by, other=other), "已恢复比对。"
        )
    make = {
        "entry": (EntryForm, lambda **facts: actions.add_entry(found, by=by, **facts), "已录入。"),
        "relearn": (
            RelearnForm,
            lambda **facts: actions.relearn_source(found, by=by, **facts),
            "下次收取时重新识别。",
        ),
        "listing": (
            ListingForm,
            lambda **facts: actions.propose_listing(found, by=by, **facts),
            "已提出，请打开决定，选择栏目后送审。",
        ),
    }
    if do == "change":
        forms["change"] = _change_form(found, request.POST)
        work = lambda **facts: actions.change_source(found, by=by, **facts)  # noqa: E731
        return run_form_with_messages(request, forms["change"], work, "已修改。改了地址的，将立即重新收取。")
    if do not in make:
        raise Http404("没有这个操作")
    form_class, work, said = make[do]
    forms[do] = form_class(request.POST, prefix=do[0])
    return run_form_with_messages(request, forms[do], work, said)


def _pulled(request: HttpRequest, by: Actor, found: Source) -> bool:
    """Read a source at once and say what came of it."""
    if not run_with_messages(request, lambda: pull_now(found, by)):
        return False
    found.refresh_from_db()
    tell = messages.error if found.failing else messages.success
    tell(request, f"{found.status}。" + ("将自动再试。" if found.failing else ""))
    return True


def _entries(request: HttpRequest, by: Actor, found: Source, do: str) -> bool:
    """Make drafts of the ticked entries, or leave them out."""
    numbers = ticked(request.POST.getlist("mark"))
    if too_many(request, numbers, MOST_AT_ONCE):
        return False
    rows = Gathered.objects.filter(source=found, pk__in=numbers)
    if do == "drop":
        reason = request.POST.get("reason", "")
        work = lambda: actions.drop_entry.many(rows, by=by, reason=reason)  # noqa: E731
    elif do == "apart":
        work = lambda: actions.tell_apart.many(rows, by=by)  # noqa: E731
    else:
        column = _columns().filter(pk=whole(request.POST.get("column", "")) or 0)
        chosen = list(column)
        work = lambda: actions.make_draft.many(rows, by=by, columns=chosen, link_only=do == "link")  # noqa: E731
    if not numbers:
        messages.error(request, "请先勾选要办理的条目。")
        return False
    return run_with_messages(request, work, f"已办理{len(numbers)}条。")


def attachment(request: HttpRequest, number: int) -> FileResponse:
    """An attachment that came with an entry, for who sees its source."""
    by = require_staff_actor(request)
    found = get_visible_or_404(by, GatheredFile, number)
    if found.stored is None:
        raise Http404("这个附件没有保存")
    return serve_stored(found.stored, found.name)


def listing(request: HttpRequest, number: int) -> HttpResponse:
    """One decision: its words, columns, reviews."""
    by = require_staff_actor(request)
    found = get_visible_or_404(by, Listing, number)
    shown = {"listing": found, "latest": found.latest, "desk": desk_of(found, by, back=request.path)}
    return render(request, "gathering/listing.html", shown)
