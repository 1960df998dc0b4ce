"""URLs under /admin/newmedia/."""

from django.urls import path

from gongkai.work.newmedia import views
from gongkai.work.newmedia.registers import AccountRegister, PostRegister
from gongkai.work.newmedia.screening_registers import ScreeningHitRegister, ScreeningRegister

app_name = "newmedia"
urlpatterns = [
    path("statistics/", views.show_statistics, name="statistics"),
    path("filings/<number:number>/proof/", views.download_proof, name="proof"),
    path("posts/choose/", views.choose_posts, name="choose"),
    path("posts/<number:number>/picture/<slug:digest>/", views.download_picture, name="picture"),
    *AccountRegister.urls("", rows="accounts/"),
    *PostRegister.urls("posts/"),
    *ScreeningHitRegister.urls("hits/"),
    *ScreeningRegister.urls("screenings/"),
]
