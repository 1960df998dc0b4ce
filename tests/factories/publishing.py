"""Sites, columns and items of the invented 云岭市."""

import factory
from factory.django import DjangoModelFactory

from factories.units import BodyFactory
from gongkai.publishing.models import Website


class WebsiteFactory(DjangoModelFactory):
    class Meta:
        model = Website
        django_get_or_create = ("name",)

    name = "云岭市人民政府"
    host = "www.yunling.gov.cn"
    code = "5309990001"
    body = factory.SubFactory(BodyFactory, government=True)
    is_default = True
