"""Models of inquiries, the Q&A base, mailboxes, telephones and windows."""

from gongkai.work.consultation.models.inquiry import (
    DECISIONS_BY_CATEGORY,
    OFFERED_CATEGORIES,
    AnswerSatisfaction,
    AskerGroup,
    Contribution,
    IncomingMail,
    Inquiry,
    InquiryCategory,
    InquiryChannel,
    MailFolder,
    MailState,
    Outcome,
    ProposalDecision,
    SortingDecision,
)
from gongkai.work.consultation.models.known_answers import (
    UNHELPFUL_REASONS,
    ExchangeClient,
    ExchangeOrder,
    KnownAnswer,
    OwnSynonym,
    Theme,
    Use,
    UseWay,
    WeightFit,
)
from gongkai.work.consultation.models.phones import (
    ContactPhone,
    PhoneCheck,
    PhoneOperator,
    PhoneTestResult,
    ServiceWindow,
    WindowShift,
)
from gongkai.work.consultation.models.publication import Firm, FirmSize, MessagePublication, MessageText, PolicyPush
