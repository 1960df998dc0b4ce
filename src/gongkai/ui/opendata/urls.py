"""URLs of open data."""

import re

from django.urls import path

from gongkai.ui.opendata import assistants, catalogue, pages, views
from gongkai.ui.opendata.operations import ApiOperation
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME

app_name = "opendata"


def _make_django_path(operation: ApiOperation) -> str:
    return "api/v1/" + operation.path.replace("{id}", "<number:id>").replace("{key}", "<slug:key>")


def _make_url_name(operation: ApiOperation) -> str:
    return "api_" + re.sub(r"(?=[A-Z])", "_", operation.name).lower()


urlpatterns = [
    path("api/", pages.api_page, name="api"),
    path("api/try/", views.redirect_try_out, name="api_try"),
    path("api/v1/catalogue.jsonld", catalogue.catalogue, name="catalogue_of_data"),
    path("api/v1/bundles/<str:name>", pages.download_bundle, name="bundle"),
    path("mcp/", assistants.mcp_endpoint, name="assistants"),
    path("api/v1/openapi.json", views.openapi_description, name="openapi"),
    *(
        path(_make_django_path(operation), views.make_operation_view(operation), name=_make_url_name(operation))
        for operation in OPERATIONS_BY_NAME.values()
    ),
    path("api/v1/<path:rest>", views.unknown_url, name="api_nothing"),
]
