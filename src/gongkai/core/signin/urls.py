"""URLs of the sign-in pages, under /admin/signin/."""

from django.urls import path

from gongkai.core.signin.views import factor, identities, log, own, passkeys

app_name = "signin"
urlpatterns = [
    path("", own.own, name="own"),
    path("end/", own.end, name="end"),
    path("verify/", factor.verify, name="verify"),
    path("set-up/", factor.set_up, name="set_up"),
    path("passkeys/add/", passkeys.add, name="add_passkey"),
    path("passkeys/<int:pk>/remove/", passkeys.REMOVE, name="remove_passkey"),
    path("identities/person/<int:pk>/", identities.ADD_IDENTITY_PAGE, name="add_identity"),
    path("identities/<int:pk>/confirm/", identities.CONFIRM_IDENTITY_PAGE, name="confirm_identity"),
    path("identities/<int:pk>/remove/", identities.REMOVE, name="remove_identity"),
    path("log/", log.log, name="log"),
]
