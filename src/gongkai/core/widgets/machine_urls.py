"""URLs for machines: errors are one line of JSON, except for a download by a browser."""

from django.http import HttpRequest, JsonResponse

#: Prefix of URLs for machines → allowed methods (`Allow`).
METHODS_BY_PREFIX: dict[str, tuple[str, ...]] = {
    "/api/v1/": ("GET", "HEAD", "OPTIONS"),
    "/mcp/": ("POST",),
    "/exchange/": ("GET", "HEAD", "POST"),
    "/receipts/": ("GET", "POST"),
}
_MACHINE_PREFIXES = tuple(METHODS_BY_PREFIX)
#: Prefix of files to which pages link; a browser gets error pages there.
_FILES_PREFIX = "/api/v1/bundles/"


def is_machine_request(request: HttpRequest) -> bool:
    """Return true if a request is for a machine URL, and not a browser's download of a file."""
    path = request.path_info
    is_download = path.startswith(_FILES_PREFIX) and "text/html" in request.headers.get("Accept", "")
    return path.startswith(_MACHINE_PREFIXES) and not is_download


def json_response(data: object, status: int = 200) -> JsonResponse:
    """Return JSON with unescaped Chinese."""
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False}, safe=False)


def error_line_response(text: str, status: int) -> JsonResponse:
    """Return one line of JSON with the error, uncacheable."""
    response = json_response({"error": text}, status)
    response["Cache-Control"] = "no-store"
    return response


def method_not_allowed(request: HttpRequest) -> JsonResponse:
    """Return 405 with `Allow` (RFC 9110, 15.5.6)."""
    methods = next(methods for start, methods in METHODS_BY_PREFIX.items() if request.path_info.startswith(start))
    response = error_line_response(f"这个接口不接受 {request.method} 请求，请用 {'、'.join(methods)}。", 405)
    response["Allow"] = ", ".join(methods)
    return response
