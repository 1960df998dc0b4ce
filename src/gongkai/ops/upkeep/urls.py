"""URLs under /admin/upkeep/."""

from django.urls import path

from gongkai.ops.upkeep import views
from gongkai.ops.upkeep.channels import GatewayRegister

app_name = "upkeep"
urlpatterns = [path("", views.status_page, name="status"), *GatewayRegister.urls("channels/")]
