from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('search', '0001_initial'),
    ]

    operations = [
        AddIndexQuietly(
            model_name='searchrow',
            index=models.Index(fields=['number_short', '-edition'], name='searchrow_newest_of_number'),
        ),
    ]
