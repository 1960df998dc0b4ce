"""The room's addresses under /admin/moving/."""

from django.urls import path

from gongkai.moving.views import packages, runs

app_name = "moving"
urlpatterns = [
    path("", runs.overview, name="overview"),
    path("new/<slug:kind>/", runs.new, name="new"),
    path("template.xlsx", runs.template, name="template"),
    path("<int:number>/", runs.run, name="run"),
    path("<int:number>/step/", runs.step, name="step"),
    path("<int:number>/do/", runs.do, name="do"),
    path("<int:number>/columns/", runs.columns, name="columns"),
    path("<int:number>/decide/", runs.decide, name="decide"),
    path("rows/<int:number>/", runs.row, name="row"),
    path("packages/", packages.overview, name="packages"),
    path("packages/<int:number>/", packages.download, name="package"),
]
