"""URL configuration: the back office under /admin/, the portal elsewhere.

Wagtail's page serving is left out on purpose: the public reads editions, never pages.
"""

import sys

from django.urls import include, path

# Wagtail's API is closed here (`office.wagtail_access`), but its views import Django REST framework, and this imports
# psycopg, requests, YAML and Pygments where they are installed: 20 MB and 80 ms of every start.
_UNUSED_PACKAGES = {"django.contrib.postgres", "requests", "yaml", "pygments"} - sys.modules.keys()
sys.modules |= dict.fromkeys(_UNUSED_PACKAGES)  # type: ignore[arg-type]
from rest_framework import compat  # noqa: E402, F401

for _name in _UNUSED_PACKAGES:
    del sys.modules[_name]
from wagtail.admin import urls as wagtailadmin_urls  # noqa: E402

from gongkai.core.outbox.gateways.receipts import receive_receipts  # noqa: E402
from gongkai.core.widgets.addresses import include_namespace  # noqa: E402
from gongkai.ui.office.views import home  # noqa: E402

handler400 = "gongkai.ui.portal.views.errors.bad_request"
handler403 = "gongkai.ui.portal.views.errors.forbidden"
handler404 = "gongkai.ui.portal.views.errors.not_found"
handler500 = "gongkai.ui.portal.views.errors.server_error"
urlpatterns = [
    include_namespace("admin/help/", "gongkai.ui.handbook.urls"),  # For all signed-in users, with or without a post.
    include_namespace("admin/identity/", "gongkai.core.signin.identity.urls"),  # For users who are about to sign in.
    path("admin/", home.home_page, name="wagtailadmin_home"),  # Instead of Wagtail's dashboard.
    path("admin/", include(wagtailadmin_urls)),
    path("receipts/<number:pk>/<str:token>/", receive_receipts, name="outbox_receipts"),  # For SMS gateways.
    path("", include("gongkai.ui.opendata.urls")),
    path("", include("gongkai.ui.portal.urls")),
]
