"""What waits in the queue names its task by its module: the package `errands` is called `background_jobs` now."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace


def _rename(apps, _schema):
    waiting = apps.get_model("django_tasks_database", "DBTaskResult").objects
    waiting.filter(task_path__startswith="gongkai.errands.").update(
        task_path=Replace(F("task_path"), Value("gongkai.errands."), Value("gongkai.background_jobs."))
    )


class Migration(migrations.Migration):

    dependencies = [
        ("errands", "0002_exports"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(_rename, migrations.RunPython.noop)]
