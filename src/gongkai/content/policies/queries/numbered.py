"""Documents by the numbers that stand beside their text (`side`): 备案号 and 统一登记编号."""

from collections.abc import Collection

from gongkai.content.policies.models import PolicyRecord


def documents_numbered(spellings: Collection[str]) -> list[int]:
    """Return the numbers of documents that are filed or registered under one of these; who may see them is asked by the search."""
    records = PolicyRecord.objects.exclude(document=None).order_by()
    filed = records.filter(filed_number__in=spellings)
    registered = records.filter(unified_number__in=spellings).exclude(unified_number="")  # as its index says
    return list(filed.values_list("document", flat=True).union(registered.values_list("document", flat=True)))
