"""URL configuration: the back office under /admin/, the portal elsewhere.

Wagtail's page serving is left out on purpose: the public reads editions, never pages.
"""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from gongkai.core.outbox.gateways.receiving import receive_receipts
from gongkai.ui.office.views import home

handler400 = "gongkai.ui.portal.views.errors.bad_request"
handler403 = "gongkai.ui.portal.views.errors.forbidden"
handler404 = "gongkai.ui.portal.views.errors.not_found"
handler500 = "gongkai.ui.portal.views.errors.server_error"
urlpatterns = [
    path("admin/help/", include("gongkai.ui.handbook.urls")),  # For all signed-in users, with or without a post.
    path("admin/identity/", include("gongkai.core.signin.identity.urls")),  # For users who are about to sign in.
    path("admin/", home.home_page, name="wagtailadmin_home"),  # Instead of Wagtail's dashboard.
    path("admin/", include(wagtailadmin_urls)),
    path("receipts/<int:pk>/<str:token>/", receive_receipts, name="outbox_receipts"),  # For SMS gateways.
    path("", include("gongkai.ui.opendata.urls")),
    path("", include("gongkai.ui.portal.urls")),
]
