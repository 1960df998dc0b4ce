"""URLs under /admin/publishing/."""

from django.urls import path

from gongkai.content.checks import views

app_name = "checks"
urlpatterns = [
    *views.ContentFaultRegister.urls("faults/"),
    path("checks/rules/", views.check_rules_page, name="rules"),
]
