"""Benchmark data: `gongkai seed --province` fills an empty database with a fictitious province.

Rows are written in bulk, as the apps' own bulk actions write them where they have one, with movements in the log, so that `audit verify` holds.
The first movement of such a log says that it is one (`SEED_ACTION`): its texts rest on that instead of signatures, and `gongkai check` names it.
Each batch is a transaction of its own; killed anywhere, the same command goes on where it was.
"""

from gongkai.ops.demo.province.people import SeedingStage, fill_province
from gongkai.ops.demo.province.size import ProvinceSize

__all__ = ["ProvinceSize", "SeedingStage", "fill_province"]
