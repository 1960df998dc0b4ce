"""Bodies, people and appointments of the invented 云岭市."""

from datetime import date

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models.signals import post_save
from django.test import Client
from factory.django import DjangoModelFactory, mute_signals

from gongkai.core.units.actors import Actor, _build_actor, get_actor
from gongkai.core.units.models import Appointment, Body, BodyKind, BodyLevel, Office, Person, Role


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = Body
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"云岭市第{n}局")
    kind = BodyKind.DEPARTMENT
    level = BodyLevel.CITY

    class Params:
        closed = factory.Trait(active_to=date(2020, 12, 31))
        government = factory.Trait(name="云岭市人民政府", short_name="市政府", kind=BodyKind.GOVERNMENT, parent=None)

    parent = None


class OfficeFactory(DjangoModelFactory):
    class Meta:
        model = Office

    body = factory.SubFactory(BodyFactory)
    name = factory.Sequence(lambda n: f"第{n}科")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda n: f"user{n}")


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"周{'一二三四五六七八九十'[n % 10]}{n}")
    user = factory.SubFactory(UserFactory)
    email = factory.Sequence(lambda n: f"p{n}@example.gov.cn")


class AppointmentFactory(DjangoModelFactory):
    class Meta:
        model = Appointment

    class Params:
        ended = factory.Trait(end=date(2020, 12, 31))
        future = factory.Trait(start=date(2099, 1, 1))

    person = factory.SubFactory(PersonFactory)
    body = factory.SubFactory(BodyFactory)
    role = Role.CLERK
    start = date(2020, 1, 1)


def actor(role: Role, body: Body, **facts: object) -> Actor:
    """Appoint a new person and return the actor; signing in grants Wagtail permissions."""
    with mute_signals(post_save):
        appointment = AppointmentFactory(role=role, body=body, **facts)
    if facts:
        return get_actor(appointment.person.user)
    # A new person has no other posts: querying them, as a sign-in does, would be slower than the inserts.
    appointment.inherits = Body.objects.filter(merged_into=body).exists()
    return _build_actor([appointment])


def signed_in(role: Role, body: Body) -> Client:
    """Appoint a new person and return a client that is signed in as them."""
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    AppointmentFactory(role=role, body=body, person__user=user)
    client = Client()
    client.force_login(user)
    return client
