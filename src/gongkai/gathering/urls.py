"""The room's addresses, under /admin/gathering/."""

from django.urls import path

from gongkai.gathering import views
from gongkai.gathering.registers import Collections, Entries, Sources

app_name = "gathering"
urlpatterns = [
    *Entries.urls("entries/"),
    path("sources/<number:number>/entries/", views.entries, name="source_entries"),
    *Sources.urls("sources/"),
    *Collections.urls("", rows="collections/"),
    path("files/<number:number>/", views.attachment, name="attachment"),
    path("listings/<number:number>/", views.listing, name="listing"),
]
