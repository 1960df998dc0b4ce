"""Addresses that programs ask: whatever is wrong there is said in one line of JSON, whoever refuses it (a view, a middleware, Django itself)."""

from django.http import HttpRequest, JsonResponse

#: Beginnings of such addresses, with the ways of asking that something there answers (`Allow`).
WAYS: dict[str, tuple[str, ...]] = {
    "/api/v1/": ("GET", "HEAD", "OPTIONS"),
    "/mcp/": ("POST",),
    "/exchange/": ("GET", "HEAD", "POST"),
    "/receipts/": ("GET", "POST"),
}
_MACHINES = tuple(WAYS)


def by_machine(request: HttpRequest) -> bool:
    """Whether a request is for an address that programs ask."""
    return request.path_info.startswith(_MACHINES)


def as_json(data: object, status: int = 200) -> JsonResponse:
    """Answer with data, Chinese as it is."""
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False}, safe=False)


def said(words: str, status: int) -> JsonResponse:
    """Answer with one line that says what is wrong; kept by nobody."""
    answer = as_json({"error": words}, status)
    answer["Cache-Control"] = "no-store"
    return answer


def not_so(request: HttpRequest) -> JsonResponse:
    """Refuse a way of asking that nothing at such an address answers (405 with `Allow`, RFC 9110, 15.5.6)."""
    ways = next(ways for start, ways in WAYS.items() if request.path_info.startswith(start))
    answer = said(f"这个接口不接受 {request.method} 请求，请用 {'、'.join(ways)}。", 405)
    answer["Allow"] = ", ".join(ways)
    return answer
