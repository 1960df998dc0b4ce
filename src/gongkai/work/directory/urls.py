"""URLs under /admin/directory/."""

from django.urls import path

from gongkai.work.directory.registers import (
    CatalogueItemRegister,
    FollowupRegister,
    StandardCatalogueRegister,
    YearlyCheckRegister,
)
from gongkai.work.directory.template_registers import ColumnTemplateRegister
from gongkai.work.directory.views import catalogues, coverage

app_name = "directory"
urlpatterns = [
    path("directory/", catalogues.index, name="index"),
    path("directory/export/", catalogues.export, name="export"),
    path("directory/coverage/", coverage.show_coverage, name="coverage"),
    path("directory/coverage/<number:number>/<number:unit>/order/", coverage.order_publication_view, name="order"),
    path("directory/templates/<number:number>/apply/", catalogues.apply_template_view, name="apply_template"),
    path("directory/checks/<number:number>/", catalogues.check_page, name="check"),
    path("directory/items/<number:number>/<number:unit>/", coverage.choose_item_documents, name="documents"),
    path("directory/items/<number:number>/<number:unit>/confirm/", coverage.confirm_item_document, name="confirm"),
    *ColumnTemplateRegister.urls("directory/templates/"),
    *FollowupRegister.urls("directory/followups/"),
    *YearlyCheckRegister.urls("directory/checks/"),
    *CatalogueItemRegister.urls("directory/items/"),
    *StandardCatalogueRegister.urls("directory/catalogues/", rows="directory/"),
]
