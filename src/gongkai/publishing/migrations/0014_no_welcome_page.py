"""The desk has no welcome page: the one that a new Wagtail makes goes once and for all, with the site that it makes for it."""

from django.db import migrations


def drop(apps, schema_editor):
    """Delete the page (it has the type of a page and nothing below) and its site, and count the root's children again."""
    pages = apps.get_model("wagtailcore", "Page")
    welcome = pages.objects.filter(depth=2, slug="home", content_type__model="page").first()
    if welcome is None or pages.objects.filter(path__startswith=welcome.path).exclude(pk=welcome.pk).exists():
        return
    apps.get_model("wagtailcore", "Site").objects.filter(root_page_id=welcome.pk).delete()
    welcome.delete()
    for root in pages.objects.filter(depth=1):
        root.numchild = pages.objects.filter(depth=2, path__startswith=root.path).count()
        root.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0013_edition_files"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.RunPython(drop, migrations.RunPython.noop),
    ]
