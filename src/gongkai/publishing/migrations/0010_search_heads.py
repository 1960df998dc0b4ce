"""Titles and facets get an index of their own on PostgreSQL. The full-text table is made and filled anew after migrating."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publishing", "0009_running_reviews")]

    operations = [migrations.RunSQL("DROP TABLE IF EXISTS publishing_fulltext", migrations.RunSQL.noop)]
