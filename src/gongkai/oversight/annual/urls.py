"""URLs of the pages under /admin/annual/."""

from django.urls import path, re_path

from gongkai.oversight.annual.views import earlier, figures, listing, rows, texts

app_name = "annual"
urlpatterns = [
    *listing.Reports.urls(""),
    path("open/", listing.open_year, name="open"),
    *earlier.EarlierReports.urls("earlier/"),
    path("earlier/<int:pk>/", earlier.earlier_one, name="earlier_one"),
    path("earlier/<int:pk>/file/", earlier.file, name="earlier_file"),
    path("earlier/<int:pk>/confirm/", earlier.confirm, name="earlier_confirm"),
    path("earlier/<int:pk>/drop/", earlier.drop, name="earlier_drop"),
    path("<int:pk>/", figures.tables, name="tables"),
    path("<int:pk>/judge/", figures.judge, name="judge"),
    path("<int:pk>/save/", figures.save, name="save"),
    path("<int:pk>/drop/", figures.drop, name="drop"),
    path("<int:pk>/explain/", figures.explain, name="explain"),
    path("<int:pk>/file/", figures.take_file, name="take_file"),
    path("<int:pk>/rows/", rows.rows, name="rows"),
    *rows.Documents.urls("<number:parent>/documents/"),
    path("<int:pk>/texts/", texts.texts, name="texts"),
    path("<int:pk>/texts/<slug:verb>/", texts.act, name="text_act"),
    path("<int:pk>/compare/", figures.comparison, name="compare"),
    path("<int:pk>/disputes/", figures.disputes, name="disputes"),
    path("<int:pk>/preview/", texts.preview, name="preview"),
    re_path(r"^(?P<pk>\d{1,18})/report\.(?P<suffix>docx|pdf|xlsx)$", texts.paper, name="paper"),
]
