"""What a list said of an entry was left where law had erased the entry."""

from django.db import migrations


def _blank(apps, _schema):
    apps.get_model("gathering", "Gathered").objects.filter(state="erased").exclude(summary="").update(summary="")


class Migration(migrations.Migration):

    dependencies = [("gathering", "0007_change_told")]

    operations = [migrations.RunPython(_blank, migrations.RunPython.noop, elidable=True)]
