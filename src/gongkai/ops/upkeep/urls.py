"""URLs under /admin/upkeep/."""

from django.urls import path

from gongkai.ops.upkeep import views
from gongkai.ops.upkeep.channels import Channels

app_name = "upkeep"
urlpatterns = [path("", views.status, name="status"), *Channels.urls("channels/")]
