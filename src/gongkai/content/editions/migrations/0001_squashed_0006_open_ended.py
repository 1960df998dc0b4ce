"""The tables of the app for an empty database; one of version 0.2 runs the migrations named here."""

from django.db import migrations

from gongkai.core.acts.migration_operations import join_migrations

NAMES = ('0005_never_public', '0006_open_ended')


class Migration(migrations.Migration):
    initial = True

    replaces = [('editions', name) for name in NAMES]

    dependencies = [
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [join_migrations(__package__, *NAMES)]
