"""Large exports (导出) and imports of spreadsheets as background jobs; exports are encrypted, for the requester only.

    @long_export("ledger.export", "台账", rows=_rows, visible=_visible, max_synchronous=2000)
    def export(request): ...

For few rows the view responds at once. For more than `max_synchronous` rows it becomes a job that calls
the same view and URL as the same user. The file is deleted some time later.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import get_resolver, reverse
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import PROMPT_QUEUE, JobKind, JobResult
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.background_jobs.states import OPEN_STATES
from gongkai.core.spreadsheets import actions
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.core.spreadsheets.importers import get_importer
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.units.actors import get_actor
from gongkai.core.widgets.query_parameters import FILE_PARAMETERS
from gongkai.lib.typed_json import read_number

#: Name of the job kind for imports.
IMPORT_JOB_NAME = "errands.import"


def enqueue_import(run: ImportRun, by: Actor, losses_seen: bool) -> str:
    """Enqueue an import; return the URL of its progress page. Repeats are ignored."""
    errand = enqueue_job(
        IMPORT_JOB_NAME,
        by=by,
        label=f"导入{get_importer(run.importer).label}：{run.file_name}"[:200],
        key=f"import/{run.pk}",
        facts={"run": run.pk, "losses_seen": losses_seen},
    )
    return reverse("errands:one", args=[errand.pk])


def run_import_job(job: RunningJob) -> JobResult | None:
    """Write an import's rows in short transactions; finish import and job in one transaction and return None.

    Raises:
    Refused: the import cannot be applied.
    """
    run = ImportRun.objects.filter(pk=read_number(job.facts, "run")).first()
    if run is None:
        raise Refused("这次导入的预览已经不在，请重新上传文件。")
    if reasons := actions.apply.why_not(run, by=job.by):
        raise Refused(reasons)
    job.say("正在读取文件")
    rows = run.made + run.changed
    try:
        writer = actions.write_rows(
            run,
            by=job.by,
            losses_seen=bool(job.facts.get("losses_seen")),
            progress=lambda done: job.say(f"正在写入{rows}行", done, rows),
        )
    except UnreadableFile as error:
        raise Refused(f"{error}。") from error
    with job.finishing() as end:
        actions.apply(run, by=job.by, written=writer)
        text = f"已导入：新增{run.made}，修改{run.changed}。"
        end(JobResult(text, reverse("spreadsheets:run", args=[run.pk])))
    return None


def _get_preview_url(_: int, facts: object) -> str:
    """Return the URL of the page of the job's import."""
    assert isinstance(facts, dict)
    return reverse("spreadsheets:run", args=[read_number(facts, "run")])


#: The job kind for imports of spreadsheets.
IMPORT_JOB_KIND = JobKind(IMPORT_JOB_NAME, "导入表格", run_import_job, lane=PROMPT_QUEUE, again=_get_preview_url)


if TYPE_CHECKING:
    from gongkai.core.acts.actors import Actor

#: Name of the job kind for exports.
EXPORT_JOB_NAME = "errands.export"
#: Default number of rows exported while the browser waits (about a second).
DEFAULT_MAX_SYNCHRONOUS_ROWS = 2000
#: Maximum number of pending exports of one person.
MAX_PENDING_EXPORTS = 3
#: Query parameter that requests a new file although one is ready.
REMAKE_PARAMETER = "anew"
#: Name of the button that starts the export.
START_BUTTON = "make_file"

#: Type of a view that can be called again by a job.
ViewFunction = Callable[..., HttpResponseBase]
#: Type of a function that takes the view's arguments and returns rows.
RowsFunction = Callable[..., "QuerySet[Model]"]


@dataclass(frozen=True)
class LongExport:
    """A declared export: label, functions for the rows of the file and for all visible rows, and limits.

    A file of up to `most` rows is the response itself, a longer one becomes a job. `asked` returns true if a request
    asks for the file.

    `rows` and `seen` take the view's arguments. More rows than `cap` are refused; the user must
    filter.
    """

    label: str
    rows: RowsFunction
    seen: RowsFunction
    most: int
    cap: int
    asked: Callable[[HttpRequest], bool]


#: Export's name → declared export.
EXPORTS_BY_NAME: dict[str, LongExport] = {}


def find_export(name: str) -> LongExport | None:
    """Return the export declared as `name`, or None; load the views first, as workers lack them."""
    _ = get_resolver().url_patterns
    return EXPORTS_BY_NAME.get(name)


def always_returns_file(_: HttpRequest) -> bool:
    """Return true: the URL always returns a file."""
    return True


def long_export(
    name: str,
    label: str,
    *,
    rows: RowsFunction,
    visible: RowsFunction | None = None,
    max_synchronous: int = DEFAULT_MAX_SYNCHRONOUS_ROWS,
    max_rows: int = 50_000,
    wants_file: Callable[[HttpRequest], bool] = always_returns_file,
) -> Callable[[ViewFunction], ViewFunction]:
    """Decorate a view so that large files are generated in the background.

    Args:
        name: unique name `app.what`.
        label: label of the file in lists.
        rows: returns the rows of the file.
        visible: returns all rows of this kind visible to the user; default `rows`.
        max_synchronous: maximum rows for an immediate response.
        max_rows: maximum rows of a file.
        wants_file: returns true if the request asks for the file.
    """
    assert name not in EXPORTS_BY_NAME, f"two exports are called {name}"
    EXPORTS_BY_NAME[name] = LongExport(label, rows, visible or rows, max_synchronous, max_rows, wants_file)

    def decorate(view: ViewFunction) -> ViewFunction:
        @wraps(view)
        def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            """Call the view if the list is short; else offer, start or refuse its export in the background."""
            export, by = EXPORTS_BY_NAME[name], get_actor(request.user)
            if getattr(request, "making", False) or not by.known or not export.asked(request):
                return view(request, *args, **kwargs)
            starts = request.method == "POST" and START_BUTTON in request.POST
            if export.rows(request, *args, **kwargs)[: export.most + 1].count() <= export.most:
                return redirect(request.get_full_path()) if starts else view(request, *args, **kwargs)
            if export.rows(request, *args, **kwargs)[: export.cap + 1].count() > export.cap:
                return _refuse_too_long(request, export)
            requested_file = _read_request(request, by, "GET" if starts else str(request.method))
            if request.method == "POST":
                return _start_export(request, name, export, by, requested_file)
            return _offer_export(request, export, requested_file)

        return page

    return decorate


@dataclass(frozen=True)
class _RequestedFile:
    """A requested file: HTTP method, query string, true if it must be generated anew, key of its job."""

    method: str
    query: str
    anew: bool  # generate it again even if a file exists
    key: str


def _read_request(request: HttpRequest, by: "Actor", method: str) -> _RequestedFile:
    """Return the requested file with its key, which equal requests of a user share."""
    parameters = request.GET.copy()
    anew = bool(parameters.pop(REMAKE_PARAMETER, None))
    query = parameters.urlencode()
    request_digest = hashlib.sha256(f"{method} {request.path}?{query}".encode()).hexdigest()[:40]
    return _RequestedFile(method, query, anew, f"export/{by.user_id}/{request_digest}")


def _find_existing(file: _RequestedFile) -> int | None:
    """Return the id of the job that makes this file or has it ready; None if it must be made."""
    job_id = Errand.objects.filter(key=file.key, state__in=OPEN_STATES).values_list("pk", flat=True).first()
    if job_id or file.anew:
        return job_id
    ready = Export.objects.ready(timezone.now()).filter(errand__key=file.key, taken_at=None).first()
    return ready.errand_id if ready else None


def _offer_export(request: HttpRequest, export: LongExport, requested_file: _RequestedFile) -> HttpResponse:
    """Show the page that starts the export, or redirect to the job of an equal earlier request."""
    if existing := _find_existing(requested_file):
        return redirect("errands:one", existing)
    context = {
        "label": export.label,
        "address": request.get_full_path(),
        "back": _get_referring_page(request),
        "start": START_BUTTON,
    }
    return render(request, "errands/start.html", context)


def _refuse_too_long(request: HttpRequest, export: LongExport) -> HttpResponse:
    """Go back to the list with the message that the export has too many rows for one file."""
    text = f"{export.label}超过{export.cap:,}条，一份文件放不下：请加上年度、单位或者状态等条件，分几份导出。"
    messages.error(request, text)
    parameters = request.GET.copy()
    for name in FILE_PARAMETERS:
        parameters.pop(name, None)
    list_url = (
        reverse("wagtailadmin_home")
        if export.asked is always_returns_file
        else f"{request.path}?{parameters.urlencode()}"
    )
    return redirect(_get_referring_page(request) or list_url)


def _start_export(
    request: HttpRequest, name: str, export: LongExport, by: "Actor", requested_file: _RequestedFile
) -> HttpResponse:
    """Enqueue the export and redirect to its job, or to that of an equal request; go back if refused."""
    if existing := _find_existing(requested_file):
        return redirect("errands:one", existing)
    return_url = _get_url_if_own(request.POST.get("back", "")) or _get_referring_page(request)
    facts: dict[str, object] = {
        "export": name,
        "path": request.path,
        "query": requested_file.query,
        "method": requested_file.method,
        "back": return_url,
    }
    jobs: list[Errand] = []
    if run_with_messages(request, lambda: jobs.append(_enqueue_export(by, requested_file.key, export.label, facts))):
        return redirect("errands:one", jobs[0].pk)
    return redirect(return_url or "wagtailadmin_home")


def _enqueue_export(by: "Actor", key: str, label: str, facts: dict[str, object]) -> Errand:
    """Enqueue an export and return its job.

    Raises:
        Refused: the user has too many pending exports.
    """
    open_ones = Errand.objects.filter(account=by.user_id, kind=EXPORT_JOB_NAME, state__in=OPEN_STATES)
    with transaction.atomic():
        # Lock the user, so that two simultaneous requests see each other.
        list(get_user_model().objects.select_for_update().filter(pk=by.user_id or 0).values_list("pk"))
        if open_ones.exclude(key=key).count() >= MAX_PENDING_EXPORTS:
            raise Refused(f"您已有{MAX_PENDING_EXPORTS}份文件正在生成，请等其中一份生成以后再导出。")
        return enqueue_job(EXPORT_JOB_NAME, by=by, label=f"导出{label}", key=key, facts=facts)


def _get_referring_page(request: HttpRequest) -> str:
    """Return the page of the office from which the request came; empty if there is none."""
    url_parts = urlsplit(request.headers.get("Referer", ""))
    if url_parts.netloc != request.get_host() or url_parts.path == request.path:
        return ""
    return _get_url_if_own(f"{url_parts.path}?{url_parts.query}".rstrip("?"))


def _get_url_if_own(address: str) -> str:
    """Return the URL if it is a page of the back office on this site, else ""."""
    url_parts = urlsplit(address)
    is_own_page = (
        not url_parts.scheme and not url_parts.netloc and url_parts.path.startswith(reverse("wagtailadmin_home"))
    )
    return address[:400] if is_own_page else ""
