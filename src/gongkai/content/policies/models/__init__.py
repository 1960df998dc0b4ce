"""Models of the policy library."""

from gongkai.content.policies.models.cleanup import (
    CleanupCase,
    CleanupRound,
    CleanupTask,
    RoundState,
    ValidityTask,
    Verdict,
)
from gongkai.content.policies.models.records import Decision, Level, PolicyRecord, Span
from gongkai.content.policies.models.relations import BACKWARDS, FORWARDS, FROM_ITEMS, Kind, Relation
from gongkai.content.policies.models.texts import Asked, Checked, KeptText, Use, WaitingFile
from gongkai.content.policies.models.uploading import (
    SHOWN,
    TAKEN_DOWN,
    Covers,
    FiledRow,
    Upload,
    UploadBack,
    UploadTask,
    UpperLibrary,
)
