"""URLs under /admin/identity/, open without sign-in."""

from django.urls import path

from gongkai.core.signin.views import identity

app_name = "identity"
urlpatterns = [
    path("<slug:name>/", identity.start, name="start"),
    path("<slug:name>/bind/", identity.bind, name="bind"),
    path("<slug:name>/callback/", identity.callback, name="callback"),
    path("<slug:name>/ended/", identity.ended, name="ended"),
]
