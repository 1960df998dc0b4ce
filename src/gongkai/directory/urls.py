"""The room's addresses: /admin/directory/."""

from django.urls import path

from gongkai.directory.views import catalogues, checks, cover, followups, templates

app_name = "directory"
urlpatterns = [
    path("directory/", catalogues.index, name="index"),
    path("directory/export/", catalogues.export, name="export"),
    path("directory/coverage/", cover.cover, name="coverage"),
    path("directory/coverage/<int:number>/<int:unit>/order/", cover.order, name="order"),
    path("directory/templates/", templates.templates, name="templates"),
    path("directory/templates/new/", templates.edit, name="make_template"),
    path("directory/templates/<int:number>/", templates.template, name="template"),
    path("directory/templates/<int:number>/edit/", templates.edit, name="edit_template"),
    path("directory/templates/<int:number>/clear/", templates.clear, name="clear_template"),
    path("directory/templates/<int:number>/apply/", templates.apply, name="apply_template"),
    path("directory/followups/", followups.followups, name="followups"),
    path("directory/checks/", checks.checks, name="checks"),
    path("directory/checks/<int:number>/", checks.check, name="check"),
    path("directory/items/<int:number>/", catalogues.item, name="item"),
    path("directory/items/<int:number>/<int:unit>/", cover.documents, name="documents"),
    path("directory/<int:number>/", catalogues.catalogue, name="catalogue"),
    path("directory/<int:number>/map/", catalogues.map_all, name="map_all"),
    path("directory/<int:number>/<slug:verb>/", catalogues.act, name="act"),
]
