from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly


class Migration(migrations.Migration):
    """Unread messages by what they link to: those of a matter that is closed are settled."""

    atomic = False

    dependencies = [
        ("outbox", "0004_keyed_digests"),
    ]

    operations = [
        AddIndexQuietly(
            model_name="message",
            index=models.Index(
                fields=["link"], condition=models.Q(("read_at", None)), name="message_unread_link"
            ),
        ),
    ]
