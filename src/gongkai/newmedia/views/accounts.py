"""The register of accounts, one account with its filings, columns, updates; a filing to open one."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.acts.chain import history
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.files.models import StoredFile
from gongkai.files.serving import serve_stored
from gongkai.files.store import receive
from gongkai.newmedia import actions, judging, queries, rules
from gongkai.newmedia.forms import ChangeForm, ClosingForm, ColumnForm, FactsForm, OpeningForm, UpdateForm
from gongkai.newmedia.importing import ACCOUNTS, SHEET
from gongkai.newmedia.models import Account, Filing, FilingKind, Platform
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole
from gongkai.ui.forms import file_taken, taken
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, staff
from gongkai.units.models import Body

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

PAGE = 50


def index(request: HttpRequest) -> HttpResponse:
    """List the accounts by tab, platform and name, with their lights; export them."""
    by, today = staff(request), timezone.localdate()
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, ACCOUNTS.rows(by), "政务新媒体账号")
    everything = queries.visible_to(by)
    tab = request.GET.get("tab", "open")
    asked, platform = request.GET.get("q", "").strip()[:60], request.GET.get("platform", "")
    rows = queries.in_tab(everything, tab, today)
    if asked:
        rows = rows.filter(name__icontains=asked) | rows.filter(body__name__icontains=asked)
    if platform in Platform.values:
        rows = rows.filter(platform=platform)
    page = page_of(request, rows.order_by("body__position", "body_id", "platform", "pk"), PAGE)
    filings = queries.open_filings(page.object_list)
    shown = {
        "tabs": [
            (name, label, queries.in_tab(everything, name, today).count())
            for name, label in queries.TABS.items()
        ],
        "tab": tab,
        "page": page,
        "rows": [_row(one, today, filings.get(one.pk)) for one in page.object_list],
        "apart": queries.named_apart(everything),
        "platforms": Platform.choices,
        "platform": platform,
        "asked": asked,
        "may": queries.own_bodies(by).exists(),
        "chief": queries.chief_bodies(by).exists(),
    }
    return render(request, "newmedia/index.html", shown)


def _row(account: Account, today: date, filing: Filing | None) -> dict[str, object]:
    light = judging.light_of(account, today)
    stale = judging.is_stale(account, today)
    words = {
        "green": "正常更新",
        "yellow": "将到更新期限",
        "blue": "备案中",
        "grey": account.get_state_display(),
        "red": "超期未更新" if stale else "未明确责任领导",
    }[light]
    return {
        "account": account,
        "light": light,
        "words": words,
        "idle": judging.days_idle(account, today),
        "filing": filing,
    }


def opening(request: HttpRequest) -> HttpResponse:
    """Ask to open an account."""
    by = staff(request)
    bodies = queries.own_bodies(by)
    if not bodies.exists():
        raise Http404("没有这个页面")
    form = OpeningForm(request.POST or None, request.FILES or None, bodies=bodies)
    if request.method == "POST":
        made: list[Filing] = []
        if does_form(request, form, lambda **facts: made.append(_open(by, facts)), "已提出开设备案。"):
            return redirect("newmedia:account", made[0].account_id)
    return render(request, "newmedia/opening.html", {"form": form})


def _open(by: Actor, facts: dict[str, object]) -> Filing:
    body, proof = taken(facts, "body", Body), file_taken(facts, "proof")
    made: Filing = actions.file_opening(body, by=by, proof=_stored(proof, by), **facts)
    return made


def _stored(upload: "UploadedFile | None", by: Actor) -> tuple[str, StoredFile] | None:
    """Return an upload as (name, stored file); None where there is none."""
    if not upload:
        return None
    named = receive(upload, by)
    return named.name, named.stored


def account(request: HttpRequest, number: int) -> HttpResponse:
    """One account: its facts and light, what is filed, columns, updates, posts, and what can be done."""
    return _account(request, _found(request, number), staff(request))


def _found(request: HttpRequest, number: int) -> Account:
    found: Account = get_visible_or_404(request.user, Account, number)
    return found


def _account(request: HttpRequest, found: Account, by: Actor, **bound: object) -> HttpResponse:
    today = timezone.localdate()
    works = not rules.works(by, found)
    running = works and found.state == "open"
    forms: dict[str, object] = {}
    if works:
        forms["facts"] = FactsForm(account=found, prefix="f")
    if running:
        kept = {
            name: getattr(found, name) for name in ("name", "address", "functions", "operator", "why_name")
        }
        forms["update"] = UpdateForm(account=found, prefix="u")
        forms["column"] = ColumnForm(account=found, prefix="c")
        if not actions.file_change.why_not(found, by=by):
            forms["change"] = ChangeForm(initial=kept, prefix="g")
            forms["close"] = ClosingForm(prefix="x")
    columns = [
        (one, judging.column_light(one, today), judging.column_lacks(one))
        for one in found.columns.select_related("owner", "person")
    ]
    shown = {
        **_row(found, today, queries.open_filings([found]).get(found.pk)),
        "filings": found.filings.select_related("entry").order_by("entry__opened_at"),
        "columns": columns,
        "updates": found.updates.select_related("column")[:10],
        "posts": queries.posts_visible_to(by).filter(account=found)[:10],
        "hits": found.hits.select_related("screening", "entry"),
        "forms": forms | bound,
        "works": works,
        "running": running,
        "history": list(history(found.stream))[-20:],
    }
    return render(request, "newmedia/account.html", shown)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Change facts, record an update, enter or open a column, file a change or a closing."""
    by, found = staff(request), _found(request, number)
    if verb == "open-column":
        column = get_object_or_404(found.columns.all(), pk=whole(request.POST.get("column", "")) or 0)
        does(request, lambda: actions.open_column(column, by=by), "栏目已开通。")
        return redirect("newmedia:account", number)
    if verb not in _WAYS:
        raise Http404("没有这个操作")
    name, make, work, said = _WAYS[verb]
    form = make(request, found)
    if does_form(request, form, lambda **facts: work(found, by, facts), said):
        return redirect("newmedia:account", number)
    return _account(request, found, by, **{name: form})


def _file(found: Account, by: Actor, kind: FilingKind, facts: dict[str, object]) -> None:
    proof, reason = _stored(file_taken(facts, "proof"), by), facts.pop("reason")
    if kind == FilingKind.CHANGE:
        actions.file_change(found, by=by, reason=reason, changes=facts, proof=proof)
    else:
        actions.file_closing(found, by=by, reason=reason, proof=proof, **facts)


def proof(request: HttpRequest, number: int) -> FileResponse:
    """The file that came with a filing."""
    by = staff(request)
    filing = get_visible_or_404(by, Filing, number, proof__isnull=False)
    assert filing.proof is not None
    return serve_stored(filing.proof, filing.proof_name)


_Way = tuple[
    str, Callable[[HttpRequest, Account], Form], Callable[[Account, Actor, dict[str, object]], object], str
]
#: Verb → name of its form, the form, what it does, what is said.
_WAYS: dict[str, _Way] = {
    "facts": (
        "facts",
        lambda request, found: FactsForm(request.POST, account=found, prefix="f"),
        lambda found, by, facts: actions.set_facts(found, by=by, **facts),
        "资料已保存。",
    ),
    "update": (
        "update",
        lambda request, found: UpdateForm(request.POST, account=found, prefix="u"),
        lambda found, by, facts: actions.record_update(found, by=by, **facts),
        "更新已登记。",
    ),
    "column": (
        "column",
        lambda request, found: ColumnForm(request.POST, account=found, prefix="c"),
        lambda found, by, facts: actions.save_column(found, by=by, **facts),
        "栏目已保存。",
    ),
    "change": (
        "change",
        lambda request, found: ChangeForm(request.POST, request.FILES, prefix="g"),
        lambda found, by, facts: _file(found, by, FilingKind.CHANGE, facts),
        "已提出变更备案。",
    ),
    "close": (
        "close",
        lambda request, found: ClosingForm(request.POST, request.FILES, prefix="x"),
        lambda found, by, facts: _file(found, by, FilingKind.CLOSE, facts),
        "已提出关停备案。",
    ),
}
