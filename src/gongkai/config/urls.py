"""Addresses: the office under /admin/, everything else is the portal's. Wagtail's own page serving is left out on purpose:

the public reads editions, never pages.
"""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

handler400 = "gongkai.portal.views.errors.bad_request"
handler403 = "gongkai.portal.views.errors.forbidden"
handler404 = "gongkai.portal.views.errors.not_found"
handler500 = "gongkai.portal.views.errors.broken"
urlpatterns = [
    path("admin/help/", include("gongkai.handbook.urls")),  # for whoever signs in, with or without a post
    path("admin/identity/", include("gongkai.signin.identity.urls")),  # for whoever is about to sign in
    path("admin/", include(wagtailadmin_urls)),
    path("", include("gongkai.opendata.urls")),
    path("", include("gongkai.portal.urls")),
]
