import re

from django.db import migrations

#: The words of a revocation on the log, as they were written: what stands before and behind its reason.
REVOKED = re.compile(
    r"^自行撤销原处理，重新办理：(?P<why>.+?)(?:；(?:补正|缴费)于[^；]*)?(?:；收回材料\d+件)?$", re.DOTALL
)


def link(apps, schema_editor):
    """Say of each letter and delivery which decision it tells of: the one of that day, of a delivery the last one before it."""
    decisions = apps.get_model("requests", "Decision").objects.filter(past=False)
    letters = apps.get_model("requests", "Letter").objects.filter(kind__in=["reply", "third_party_told"])
    for pk, request, day in letters.values_list("pk", "request", "made_on").iterator(1000):
        made = decisions.filter(request=request, decided_on=day).order_by("pk").last()
        letters.filter(pk=pk).update(decision=made)
    deliveries, every = apps.get_model("requests", "Delivery").objects, apps.get_model("requests", "Decision").objects
    for pk, request, day in deliveries.values_list("pk", "request", "on").iterator(1000):
        made = every.filter(request=request, decided_on__lte=day).order_by("pk").last()
        deliveries.filter(pk=pk).update(decision=made)


def say_why(apps, schema_editor):
    """Write the reasons of revocations, which stood in the log's words only, where a request keeps them."""
    requests = apps.get_model("requests", "Request").objects
    words = apps.get_model("acts", "MovementWords").objects.filter(movement__action="request.revoke_answer")
    for stream, text in words.order_by("movement").values_list("movement__stream", "text"):
        found = REVOKED.match(text)
        if found:
            requests.filter(pk=int(stream.partition("/")[2])).update(revoked_for=found["why"].rstrip("。"))


class Migration(migrations.Migration):
    dependencies = [("requests", "0009_told_by"), ("acts", "__first__")]

    operations = [
        migrations.RunPython(link, migrations.RunPython.noop),
        migrations.RunPython(say_why, migrations.RunPython.noop),
    ]
