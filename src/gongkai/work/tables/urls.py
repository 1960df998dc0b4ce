"""URLs under /admin/tables/."""

from django.urls import path

from gongkai.work.tables.registers import PostingRegister, TableRegister
from gongkai.work.tables.views import lists, tables

app_name = "tables"
urlpatterns = [
    path("tables/", lists.index, name="index"),
    path("tables/schemas/new/", lists.edit_schema, name="make_schema"),
    path("tables/schemas/<slug:key>/", lists.schema_page, name="schema"),
    path("tables/schemas/<slug:key>/edit/", lists.edit_schema, name="edit_schema"),
    path("tables/<number:number>/", tables.table_page, name="table"),
    path("tables/<number:number>/add/", tables.add_record_view, name="add"),
    path("tables/<number:number>/confirm/", tables.confirm_records_view, name="confirm"),
    path("tables/<number:number>/leaflet.pdf", tables.download_leaflet, name="leaflet"),
    path("tables/<number:number>/send/", tables.send_table, name="send"),
    path("tables/records/<number:number>/", tables.record_page, name="record"),
    path("tables/records/<number:number>/remove/", tables.remove_record_view, name="remove"),
    path("tables/records/<number:number>/opinion/", tables.give_opinion_view, name="give_opinion"),
    path("tables/records/<number:number>/send/", tables.send_record, name="send_record"),
    *TableRegister.urls("tables/all/"),
    *PostingRegister.urls("tables/postings/"),
]
