"""URLs of the sign-in pages, under /admin/signin/."""

from django.urls import path

from gongkai.core.signin.views import factor, identity, log, own_sign_ins, passkeys

app_name = "signin"
urlpatterns = [
    path("", own_sign_ins.own_sign_ins_page, name="own"),
    path("end/", own_sign_ins.end_own_other_sessions, name="end"),
    path("verify/", factor.verify_page, name="verify"),
    path("set-up/", factor.set_up_page, name="set_up"),
    path("passkeys/add/", passkeys.add_passkey_page, name="add_passkey"),
    path("passkeys/<number:pk>/remove/", passkeys.REMOVE_PASSKEY_PAGE, name="remove_passkey"),
    path("identities/person/<number:pk>/", identity.ADD_IDENTITY_PAGE, name="add_identity"),
    path("identities/<number:pk>/confirm/", identity.CONFIRM_IDENTITY_PAGE, name="confirm_identity"),
    path("identities/<number:pk>/remove/", identity.REMOVE_IDENTITY_PAGE, name="remove_identity"),
    path("log/", log.operation_log_page, name="log"),
]
