"""Queued tasks name their function by its module: rename the packages that moved into the folders of the layers."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

#: Package before → after, below `gongkai`.
MOVED = {
    "acts": "core.acts",
    "annual": "oversight.annual",
    "assessment": "oversight.assessment",
    "background_jobs": "core.background_jobs",
    "checks": "content.checks",
    "cli": "ops.cli",
    "config": "ops.config",
    "consultation": "work.consultation",
    "demo": "ops.demo",
    "directory": "work.directory",
    "editions": "content.editions",
    "files": "core.files",
    "gathering": "oversight.gathering",
    "gazette": "content.gazette",
    "handbook": "ui.handbook",
    "inspection": "oversight.inspection",
    "intake": "core.intake",
    "interpretation": "content.interpretation",
    "launch": "ops.launch",
    "ledger": "core.ledger",
    "migration": "content.migration",
    "mirror": "ui.mirror",
    "newmedia": "work.newmedia",
    "notices": "work.notices",
    "office": "ui.office",
    "opendata": "ui.opendata",
    "opinion": "work.opinion",
    "outbox": "core.outbox",
    "packages": "content.packages",
    "participation": "work.participation",
    "policies": "content.policies",
    "portal": "ui.portal",
    "publishing": "content.publishing",
    "registers": "core.registers",
    "requests": "work.requests",
    "reviewing": "content.reviewing",
    "search": "content.search",
    "signin": "core.signin",
    "site_operations": "work.site_operations",
    "spreadsheets": "core.spreadsheets",
    "tables": "work.tables",
    "ui": "core.widgets",
    "units": "core.units",
    "upkeep": "ops.upkeep",
    "vault": "core.vault",
}


def rename(apps, schema_editor):
    """Write the new module paths of the tasks in the queue."""
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for before, after in MOVED.items():
        tasks.filter(task_path__startswith=f"gongkai.{before}.").update(
            task_path=Replace(F("task_path"), Value(f"gongkai.{before}."), Value(f"gongkai.{after}."))
        )


class Migration(migrations.Migration):
    dependencies = [
        ("errands", "0001_squashed"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
