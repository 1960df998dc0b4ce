"""Views of the API: JSON with ETag, CORS, read-only, rate limited."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import TypeVar
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from gongkai.core.intake.throttle import RateLimit, client_address
from gongkai.core.widgets.machine_urls import METHODS_BY_PREFIX, error_line_response, json_response, method_not_allowed
from gongkai.lib.typed_json import read_text
from gongkai.ui.opendata import openapi
from gongkai.ui.opendata.operations import ApiOperation, JsonAnswer, RequestedSite
from gongkai.ui.opendata.parameters import InvalidParameter, ItemNotPublic, parse_parameters
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import get_site

View = Callable[..., HttpResponseBase]
Answered = TypeVar("Answered", bound=HttpResponseBase)
#: Window of `GONGKAI_API_RATE`.
RATE_WINDOW_SECONDS = 60
#: Methods of the API, for `Allow`.
ALLOWED_METHODS = ", ".join(METHODS_BY_PREFIX["/api/v1/"])


def exceeds_rate(request: HttpRequest) -> bool:
    """Count a request of an address; return true if it exceeds `GONGKAI_API_RATE` (0: no limit)."""
    rate = int(settings.GONGKAI_API_RATE)
    return bool(rate) and RateLimit("open data", rate, RATE_WINDOW_SECONDS).hit(client_address(request)) > rate


def open_view(view: View) -> View:
    """Decorate a view: GET and HEAD for every origin, JSON errors."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer GET and HEAD for all origins; errors become one line, too many requests 429."""
        if request.method not in {"GET", "HEAD"}:
            if request.method != "OPTIONS":
                return _allow_all_origins(method_not_allowed(request))
            return _allow_all_origins(HttpResponse(status=204, headers={"Allow": ALLOWED_METHODS}))
        if exceeds_rate(request):
            slower = error_line_response(f"问得太快，每分钟最多 {settings.GONGKAI_API_RATE} 次，请稍后再问。", 429)
            slower["Retry-After"] = str(RATE_WINDOW_SECONDS)
            return _allow_all_origins(slower)
        try:
            return _allow_all_origins(view(request, *args, **kwargs))
        except InvalidParameter as wrong:
            return _allow_all_origins(error_line_response(str(wrong), 400))
        except (ItemNotPublic, Http404) as missing:
            return _allow_all_origins(error_line_response(str(missing) or "没有这项内容。", 404))

    return csrf_exempt(answer)  # it only reads, in nobody's name


def _allow_all_origins(response: Answered) -> Answered:
    """Add the CORS headers; a response without cache rule is not stored."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = ALLOWED_METHODS
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def get_requested_url(request: HttpRequest) -> str:
    """Return the URL of the requested host, for links to further pages."""
    return f"{request.scheme}://{request.get_host()}"


def compute_answer(operation: ApiOperation, site: RequestedSite, raw_parameters: Mapping[str, object]) -> JsonAnswer:
    """Compute the answer of an operation for the given parameters, with source and date.

    Raises:
        InvalidParameter: invalid parameter. ItemNotPublic: not public here.
    """
    return site.add_source(operation.work(site, parse_parameters(operation.params, raw_parameters)))


def make_operation_view(operation: ApiOperation) -> View:
    """Return the view of an operation."""
    return open_view(partial(_respond, operation=operation))


def _respond(request: HttpRequest, *, operation: ApiOperation, **places: object) -> HttpResponse:
    """Answer an API request; lists get the URL of the next page."""
    data = compute_answer(operation, RequestedSite.of(request), {**request.GET.dict(), **places})
    if operation.listed:
        other_parameters = {name: value for name, value in request.GET.items() if name != "cursor"}
        following = urlencode({**other_parameters, "cursor": data["next"]})
        data["next"] = f"{get_requested_url(request)}{request.path}?{following}" if data["next"] else None
    response = json_response(data)
    if operation.listed and data["next"]:
        response["Link"] = f'<{data["next"]}>; rel="next"'
    changed = parse_datetime(read_text(data, "changed_at"))
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    return finish_response(request, response, "api")


@open_view
def unknown_url(request: HttpRequest, rest: str) -> HttpResponse:
    """Return 404 as JSON for unknown URLs."""
    raise ItemNotPublic("没有这个接口，有哪些见 /api/v1/openapi.json。")


@open_view
def openapi_description(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI description with this site's URL and name."""
    description = openapi.describe_api(get_site(request).website.name, get_requested_url(request))
    return finish_response(request, json_response(description), "fixed")


def redirect_try_out(request: HttpRequest) -> HttpResponse:
    """Redirect the try-out form to its URL, without JavaScript."""
    operation = OPERATIONS_BY_NAME.get(request.GET.get("operation", ""))
    if operation is None:
        raise Http404("没有这个接口")
    values = {param.name: request.GET.get(param.name, "").strip()[:200] for param in operation.params}
    path = operation.address
    for param in operation.params:
        if param.in_path:
            path = path.replace(f"{{{param.name}}}", quote(values.pop(param.name) or "0", safe=""))
    query = urlencode({name: value for name, value in values.items() if value})
    return HttpResponseRedirect(f"{path}?{query}" if query else path)
