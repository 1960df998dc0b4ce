"""Addresses: the office under /admin/, everything else is the portal's. Wagtail's own page serving is left out on purpose:

the public reads editions, never pages.
"""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from gongkai.core.outbox.gateways.receiving import take

handler400 = "gongkai.ui.portal.views.errors.bad_request"
handler403 = "gongkai.ui.portal.views.errors.forbidden"
handler404 = "gongkai.ui.portal.views.errors.not_found"
handler500 = "gongkai.ui.portal.views.errors.broken"
urlpatterns = [
    path("admin/help/", include("gongkai.ui.handbook.urls")),  # for whoever signs in, with or without a post
    path("admin/identity/", include("gongkai.core.signin.identity.urls")),  # for whoever is about to sign in
    path("admin/", include(wagtailadmin_urls)),
    path("receipts/<int:pk>/<str:token>/", take, name="outbox_receipts"),  # for gateways of text messages
    path("", include("gongkai.ui.opendata.urls")),
    path("", include("gongkai.ui.portal.urls")),
]
