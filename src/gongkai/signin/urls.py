"""Addresses of the room's pages, under /admin/signin/."""

from django.urls import path

from gongkai.signin.views import factor, log, own

app_name = "signin"
urlpatterns = [
    path("", own.own, name="own"),
    path("end/", own.end, name="end"),
    path("verify/", factor.verify, name="verify"),
    path("set-up/", factor.set_up, name="set_up"),
    path("log/", log.log, name="log"),
]
