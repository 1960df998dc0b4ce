"""URLs of the pages under /admin/gathering/."""

from django.urls import path

from gongkai.oversight.gathering import views
from gongkai.oversight.gathering.entry_register import SourceEntryRegister
from gongkai.oversight.gathering.registers import CollectionRegister, GatheredContentRegister, SourceRegister

app_name = "gathering"
urlpatterns = [
    *GatheredContentRegister.urls("entries/"),
    path("sources/<number:number>/pull/", views.queue_fetch, name="pull"),
    *SourceEntryRegister.urls("sources/<number:parent>/entries/"),
    *SourceRegister.urls("sources/"),
    *CollectionRegister.urls("", rows="collections/"),
    path("files/<number:number>/", views.download_attachment, name="attachment"),
    path("listings/<number:number>/", views.show_listing, name="listing"),
]
