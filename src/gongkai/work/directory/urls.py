"""URLs under /admin/directory/."""

from django.urls import path

from gongkai.work.directory.registers import Catalogues, Checks, Followups, Items
from gongkai.work.directory.template_registers import Templates
from gongkai.work.directory.views import catalogues, cover

app_name = "directory"
urlpatterns = [
    path("directory/", catalogues.index, name="index"),
    path("directory/export/", catalogues.export, name="export"),
    path("directory/coverage/", cover.cover, name="coverage"),
    path("directory/coverage/<int:number>/<int:unit>/order/", cover.order, name="order"),
    path("directory/templates/<int:number>/apply/", catalogues.apply, name="apply_template"),
    path("directory/checks/<int:number>/", catalogues.check, name="check"),
    path("directory/items/<int:number>/<int:unit>/", cover.documents, name="documents"),
    path("directory/items/<int:number>/<int:unit>/confirm/", cover.confirm, name="confirm"),
    *Templates.urls("directory/templates/"),
    *Followups.urls("directory/followups/"),
    *Checks.urls("directory/checks/"),
    *Items.urls("directory/items/"),
    *Catalogues.urls("directory/catalogues/", rows="directory/"),
]
