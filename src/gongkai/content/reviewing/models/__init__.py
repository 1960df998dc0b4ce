"""Models of reviews, schemes and signatures."""

from gongkai.content.reviewing.models.reviews import Review, ReviewScheme, ReviewState
from gongkai.content.reviewing.models.secrecy_sheets import SecrecySheet
from gongkai.content.reviewing.models.signatures import (
    Coordination,
    Opinion,
    PaperRecord,
    PaperState,
    ReviewTold,
    Shown,
    Signature,
    SignatureNote,
    SignatureVerdict,
)
