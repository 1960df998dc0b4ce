"""The tables of the app for an empty database; one of version 0.2 runs the migrations named here."""

from django.db import migrations

from gongkai.core.acts.migration_operations import join_migrations

NAMES = ('0002_filing_before', '0004_client_hosts')


class Migration(migrations.Migration):
    initial = True

    replaces = [('newmedia', name) for name in NAMES]

    dependencies = [
        ('editions', '0005_never_public'),
        ('editions', '0006_open_ended'),
        ('files', '0001_squashed_0002_losses'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('publishing', '0001_initial'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [join_migrations(__package__, *NAMES)]
