"""URLs under /admin/requests/."""

from django.urls import path

from gongkai.work.requests.registers import FeeRegister, FigureDisputeRegister, FigureRequestRegister
from gongkai.work.requests.views import cases, letters, register, statistics

app_name = "requests"
urlpatterns = [
    *register.RequestRegister.urls(""),
    path("register/", register.register_request_view, name="register"),
    path("figures/", statistics.report_tables, name="figures"),
    *FigureRequestRegister.urls("figures/rows/"),
    *FigureDisputeRegister.urls("figures/disputes/"),
    path("letters/<number:pk>/", letters.download_letter, name="letter"),
    path("materials/<number:pk>/compare/", letters.compare_masked_copy, name="compare"),
    path("materials/<number:pk>/<str:which>/", letters.download_material, name="material"),
    path("templates/", letters.letter_templates, name="templates"),
    path("templates/<number:body>/<slug:kind>.docx", letters.download_template, name="template"),
    path("complaints/register/", cases.register_complaint_view, name="complaint"),
    path("complaints/<number:pk>/answer/", cases.download_complaint_answer, name="complaint_answer"),
    path("statistics/", statistics.statistics_page, name="statistics"),
    path("statistics/chart.svg", statistics.monthly_chart, name="chart"),
    path("cases/volume/", cases.download_volume, name="volume"),
    *cases.CompiledCaseRegister.urls("cases/"),
    *FeeRegister.urls("fees/"),
    path("fees/item/", register.add_fee_to_catalogue_view, name="list_fee"),
    path("fees/notices/<number:pk>/", register.settle_payment, name="settle"),
]
