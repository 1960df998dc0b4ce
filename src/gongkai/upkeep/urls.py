"""Addresses of the room's pages, under /admin/upkeep/."""

from django.urls import path

from gongkai.upkeep import views
from gongkai.upkeep.channels import Channels

app_name = "upkeep"
urlpatterns = [path("", views.status, name="status"), *Channels.urls("channels/")]
