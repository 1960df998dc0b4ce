"""The room's addresses, under /admin/gathering/."""

from django.urls import path

from gongkai.gathering import views

app_name = "gathering"
urlpatterns = [
    path("", views.index, name="index"),
    path("files/<number:number>/", views.attachment, name="attachment"),
    path("collections/<number:number>/", views.collection, name="collection"),
    path("sources/<number:number>/", views.source, name="source"),
    path("listings/<number:number>/", views.listing, name="listing"),
]
