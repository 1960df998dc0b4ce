"""URLs of the pages under /admin/annual/."""

from django.urls import path, re_path

from gongkai.oversight.annual.views import earlier, figures, report_list, rows, texts

app_name = "annual"
urlpatterns = [
    *report_list.AnnualReportRegister.urls(""),
    path("open/", report_list.open_reports_view, name="open"),
    *earlier.EarlierReportRegister.urls("earlier/"),
    path("earlier/<number:pk>/", earlier.show_earlier_report, name="earlier_one"),
    path("earlier/<number:pk>/file/", earlier.download_earlier_file, name="earlier_file"),
    path("earlier/<number:pk>/confirm/", earlier.confirm_earlier_view, name="earlier_confirm"),
    path("earlier/<number:pk>/drop/", earlier.delete_earlier_view, name="earlier_drop"),
    path("<number:pk>/", figures.show_tables, name="tables"),
    path("<number:pk>/judge/", figures.check_input, name="judge"),
    path("<number:pk>/save/", figures.save_figures, name="save"),
    path("<number:pk>/drop/", figures.remove_figures_view, name="drop"),
    path("<number:pk>/explain/", figures.explain_differences_view, name="explain"),
    path("<number:pk>/file/", figures.fill_from_file, name="take_file"),
    path("<number:pk>/rows/", rows.show_rows, name="rows"),
    *rows.CountedDocumentRegister.urls("<number:parent>/documents/"),
    path("<number:pk>/texts/", texts.show_texts, name="texts"),
    path("<number:pk>/texts/<slug:verb>/", texts.run_text_act, name="text_act"),
    path("<number:pk>/compare/", figures.show_comparison, name="compare"),
    path("<number:pk>/disputes/", figures.show_disputes, name="disputes"),
    path("<number:pk>/preview/", texts.show_preview, name="preview"),
    re_path(r"^(?P<pk>\d{1,18})/report\.(?P<suffix>docx|pdf|xlsx)$", texts.download_paper, name="paper"),
]
