"""URLs under /admin/requests/."""

from django.urls import path

from gongkai.work.requests.registers import CountedDisputes, CountedRequests, Fees
from gongkai.work.requests.views import (
    cases,
    complaints,
    figures,
    income,
    letters,
    materials,
    register,
    statistics,
)

app_name = "requests"
urlpatterns = [
    *register.Requests.urls(""),
    path("register/", register.register, name="register"),
    path("figures/", figures.figures, name="figures"),
    *CountedRequests.urls("figures/rows/"),
    *CountedDisputes.urls("figures/disputes/"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("materials/<int:pk>/compare/", materials.compare, name="compare"),
    path("materials/<int:pk>/<str:which>/", materials.material, name="material"),
    path("templates/", letters.templates, name="templates"),
    path("templates/<int:body>/<slug:kind>.docx", letters.template, name="template"),
    path("complaints/register/", complaints.register, name="complaint"),
    path("complaints/<int:pk>/answer/", complaints.answer, name="complaint_answer"),
    path("statistics/", statistics.page, name="statistics"),
    path("statistics/chart.svg", statistics.chart, name="chart"),
    path("cases/volume/", cases.volume_file, name="volume"),
    *cases.Cases.urls("cases/"),
    *Fees.urls("fees/"),
    path("fees/item/", income.list_item, name="list_fee"),
    path("fees/notices/<int:pk>/", income.settle, name="settle"),
]
