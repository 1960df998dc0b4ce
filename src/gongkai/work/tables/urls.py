"""URLs under /admin/tables/."""

from django.urls import path

from gongkai.work.tables.registers import Postings, Tables
from gongkai.work.tables.views import lists, tables

app_name = "tables"
urlpatterns = [
    path("tables/", lists.index, name="index"),
    path("tables/schemas/new/", lists.edit_schema, name="make_schema"),
    path("tables/schemas/<slug:key>/", lists.schema, name="schema"),
    path("tables/schemas/<slug:key>/edit/", lists.edit_schema, name="edit_schema"),
    path("tables/<int:number>/", tables.table, name="table"),
    path("tables/<int:number>/add/", tables.add, name="add"),
    path("tables/<int:number>/confirm/", tables.confirm, name="confirm"),
    path("tables/<int:number>/leaflet.pdf", tables.leaflet, name="leaflet"),
    path("tables/<int:number>/send/", tables.send, name="send"),
    path("tables/records/<int:number>/", tables.record, name="record"),
    path("tables/records/<int:number>/remove/", tables.remove, name="remove"),
    path("tables/records/<int:number>/opinion/", tables.give_opinion, name="give_opinion"),
    path("tables/records/<int:number>/send/", tables.send_record, name="send_record"),
    *Tables.urls("tables/all/"),
    *Postings.urls("tables/postings/"),
]
