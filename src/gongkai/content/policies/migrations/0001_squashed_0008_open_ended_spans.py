"""The tables of the app for an empty database; one of version 0.2 runs the migrations named here."""

from django.db import migrations

from gongkai.core.acts.migration_operations import join_migrations

NAMES = ('0005_rounds_of_decisions', '0007_open_ended', '0008_open_ended_spans')


class Migration(migrations.Migration):
    initial = True

    replaces = [('policies', name) for name in NAMES]

    dependencies = [
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [join_migrations(__package__, *NAMES)]
