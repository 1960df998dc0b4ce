"""URLs under /admin/newmedia/."""

from django.urls import path

from gongkai.work.newmedia import views
from gongkai.work.newmedia.registers import Accounts, Posts
from gongkai.work.newmedia.screening_registers import Hits, Screenings

app_name = "newmedia"
urlpatterns = [
    path("statistics/", views.statistics, name="statistics"),
    path("filings/<number:number>/proof/", views.proof, name="proof"),
    path("posts/choose/", views.choose, name="choose"),
    path("posts/<number:number>/picture/<slug:digest>/", views.picture, name="picture"),
    *Accounts.urls("", rows="accounts/"),
    *Posts.urls("posts/"),
    *Hits.urls("hits/"),
    *Screenings.urls("screenings/"),
]
