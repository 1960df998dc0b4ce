"""The room's addresses, under /admin/newmedia/."""

from django.urls import path

from gongkai.newmedia.registers import Screenings
from gongkai.newmedia.views import accounts, posts, screening

app_name = "newmedia"
urlpatterns = [
    path("", accounts.index, name="index"),
    path("open/", accounts.opening, name="opening"),
    path("statistics/", screening.statistics, name="statistics"),
    path("accounts/<number:number>/", accounts.account, name="account"),
    path("accounts/<number:number>/<slug:verb>/", accounts.act, name="act"),
    path("filings/<number:number>/proof/", accounts.proof, name="proof"),
    path("posts/", posts.index, name="posts"),
    path("posts/choose/", posts.choose, name="choose"),
    path("posts/<number:number>/", posts.post, name="post"),
    path("posts/<number:number>/picture/<slug:digest>/", posts.picture, name="picture"),
    path("documents/<number:number>/", posts.uptake, name="uptake"),
    *Screenings.urls("screenings/"),
    path("screenings/<number:number>/", screening.screening, name="screening"),
]
