"""The room's addresses under /admin/publishing/."""

from django.urls import path

from gongkai.checks import views

app_name = "checks"
urlpatterns = [
    path("faults/", views.faults, name="faults"),
    path("checks/rules/", views.rules, name="rules"),
]
