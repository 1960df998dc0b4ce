"""An index of entries by kind and primary key: the search in outside persons' texts reads the newest of a kind."""

from django.db import migrations, models

from gongkai.core.acts.index_operations import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('ledger', '0001_squashed_0004_legal_changes'),
    ]

    operations = [
        AddIndexQuietly(
            model_name='entry',
            index=models.Index(fields=['kind', 'id'], name='entry_kind_id'),
        ),
    ]
