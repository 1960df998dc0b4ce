"""The room's addresses under /admin/migration/."""

from django.urls import path

from gongkai.migration import views

app_name = "migration"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("window/", views.window, name="window"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("template.xlsx", views.template, name="template"),
    path("<int:number>/", views.run, name="run"),
    path("<int:number>/step/", views.step, name="step"),
    path("<int:number>/do/", views.do, name="do"),
    path("<int:number>/columns/", views.columns, name="columns"),
    path("<int:number>/decide/", views.decide, name="decide"),
    path("rows/<int:number>/", views.row, name="row"),
]
