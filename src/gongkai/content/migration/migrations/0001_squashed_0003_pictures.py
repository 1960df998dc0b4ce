"""The tables of the app for an empty database; one of version 0.2 runs the migrations named here."""

from django.db import migrations

from gongkai.core.acts.migration_operations import join_migrations

NAMES = ('0001_initial', '0002_units', '0003_pictures')


class Migration(migrations.Migration):
    initial = True

    replaces = [('migration', name) for name in NAMES]

    dependencies = [
        ('editions', '0005_never_public'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [join_migrations(__package__, *NAMES)]
