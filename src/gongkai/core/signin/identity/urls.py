"""URLs under /admin/identity/, open without sign-in."""

from django.urls import path

from gongkai.core.signin.views import identity

app_name = "identity"
urlpatterns = [
    path("<slug:name>/", identity.redirect_to_provider, name="start"),
    path("<slug:name>/bind/", identity.start_identity_binding, name="bind"),
    path("<slug:name>/callback/", identity.handle_callback, name="callback"),
    path("<slug:name>/ended/", identity.end_provider_session, name="ended"),
]
