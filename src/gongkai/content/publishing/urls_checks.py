"""URLs of checks and drafting under /admin/publishing/."""

from django.urls import path, re_path

from gongkai.content.publishing.views import checks, texts

_MASK = r"^items/(?P<number>\d{1,18})/mask/(?P<digest>[0-9a-f]{64})/"
urlpatterns = [
    path("items/<int:number>/checks/", checks.checks_panel, name="checks"),
    path("items/<int:number>/decide/", checks.run_finding_verb, name="decide"),
    re_path(_MASK + "$", checks.masked_copy_page, name="masking"),
    re_path(
        _MASK + r"(?P<which>original|masked)/(?P<page>\d{1,5})\.png$",
        checks.page_picture,
        name="page_picture",
    ),
    re_path(r"^items/(?P<number>\d{1,18})/look/(?P<digest>[0-9a-f]{64})/$", checks.attachment_preview, name="look"),
    path("items/<int:number>/source/<int:source>/", checks.download_source, name="source"),
    path("items/<int:number>/text/", texts.text_page, name="text"),
    path("items/paste/", texts.clean_html_pasted_in_editor, name="paste_in_editor"),
    path("items/<int:number>/text/paste/", texts.clean_pasted_html, name="paste"),
    re_path(
        r"^items/(?P<number>\d{1,18})/pictures/(?P<digest>[0-9a-f]{64})$",
        texts.serve_draft_picture,
        name="text_picture",
    ),
]
