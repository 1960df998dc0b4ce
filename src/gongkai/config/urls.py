"""Addresses: the office under /admin/, everything else is the portal's. Wagtail's own page serving is left out on purpose:

the public reads editions, never pages.
"""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from gongkai.outbox.gateways.receiving import take

handler400 = "gongkai.portal.views.errors.bad_request"
handler403 = "gongkai.portal.views.errors.forbidden"
handler404 = "gongkai.portal.views.errors.not_found"
handler500 = "gongkai.portal.views.errors.broken"
urlpatterns = [
    path("admin/help/", include("gongkai.handbook.urls")),  # for whoever signs in, with or without a post
    path("admin/identity/", include("gongkai.signin.identity.urls")),  # for whoever is about to sign in
    path("admin/", include(wagtailadmin_urls)),
    path("receipts/<int:pk>/<str:token>/", take, name="outbox_receipts"),  # for gateways of text messages
    path("", include("gongkai.opendata.urls")),
    path("", include("gongkai.portal.urls")),
]
