"""URLs of open data."""

import re

from django.urls import path

from gongkai.ui.opendata import assistants, catalogue, pages, views
from gongkai.ui.opendata.operations import Operation
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME

app_name = "opendata"


def _make_django_path(one: Operation) -> str:
    return "api/v1/" + one.path.replace("{id}", "<number:id>").replace("{key}", "<slug:key>")


def _make_url_name(one: Operation) -> str:
    return "api_" + re.sub(r"(?=[A-Z])", "_", one.name).lower()


urlpatterns = [
    path("api/", pages.page, name="api"),
    path("api/try/", views.attempt, name="api_try"),
    path("api/v1/catalogue.jsonld", catalogue.catalogue, name="catalogue_of_data"),
    path("api/v1/bundles/<str:name>", pages.bundle, name="bundle"),
    path("mcp/", assistants.endpoint, name="assistants"),
    path("api/v1/openapi.json", views.description, name="openapi"),
    *(
        path(_make_django_path(operation), views.view_of_operation(operation), name=_make_url_name(operation))
        for operation in OPERATIONS_BY_NAME.values()
    ),
    path("api/v1/<path:rest>", views.nothing, name="api_nothing"),
]
