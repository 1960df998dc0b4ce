"""URLs of the pages under /admin/gathering/."""

from django.urls import path

from gongkai.oversight.gathering import views
from gongkai.oversight.gathering.entry_register import SourceEntries
from gongkai.oversight.gathering.registers import Collections, Entries, Sources

app_name = "gathering"
urlpatterns = [
    *Entries.urls("entries/"),
    path("sources/<number:number>/pull/", views.pull, name="pull"),
    *SourceEntries.urls("sources/<number:parent>/entries/"),
    *Sources.urls("sources/"),
    *Collections.urls("", rows="collections/"),
    path("files/<number:number>/", views.attachment, name="attachment"),
    path("listings/<number:number>/", views.listing, name="listing"),
]
