"""The ground floor: people, places, the programme's vocabulary, and what every floor needs."""

from cities.models.assessments import AssessmentAnswer, Dimension, Instrument
from cities.models.audit import Audited, AuditEntry
from cities.models.consortia import Consortium, ConsortiumMember
from cities.models.drafts import ClosedForm, FormDraft, KeptInput, Receipt
from cities.models.editions import (
    Edition,
    EditionFigure,
    ParticipationRole,
    Phase,
    Theme,
    ThemeKind,
)
from cities.models.effects import Effect, EffectState, Heartbeat
from cities.models.files import KeptFile
from cities.models.gathering import gather
from cities.models.goals import Goal
from cities.models.handovers import Handover, HandoverState
from cities.models.holidays import Holiday
from cities.models.mails import (
    Delivery,
    Mail,
    MailAddress,
    MailPreference,
    MailState,
    RefusedAddress,
)
from cities.models.organisations import Organisation, OrganisationKind, ServiceType
from cities.models.participation import (
    CityMembership,
    CityRole,
    ExpertAssignment,
    ExpertRole,
    Pairing,
    PairingKind,
    Participation,
)
from cities.models.people import Actor, User
from cities.models.places import City, CityKind, CityName, FormerCityAddress
from cities.models.sources import Source, Sourced
from cities.models.traits import CitySize, CityTrait, TraitKind

__all__ = [
    "Actor",
    "AssessmentAnswer",
    "AuditEntry",
    "Audited",
    "City",
    "CityKind",
    "CityMembership",
    "CityName",
    "CityRole",
    "CitySize",
    "CityTrait",
    "ClosedForm",
    "Consortium",
    "ConsortiumMember",
    "Delivery",
    "Dimension",
    "Edition",
    "EditionFigure",
    "Effect",
    "EffectState",
    "ExpertAssignment",
    "ExpertRole",
    "FormDraft",
    "FormerCityAddress",
    "Goal",
    "Handover",
    "HandoverState",
    "Heartbeat",
    "Holiday",
    "Instrument",
    "KeptFile",
    "KeptInput",
    "Mail",
    "MailAddress",
    "MailPreference",
    "MailState",
    "Organisation",
    "OrganisationKind",
    "Pairing",
    "PairingKind",
    "Participation",
    "ParticipationRole",
    "Phase",
    "Receipt",
    "RefusedAddress",
    "ServiceType",
    "Source",
    "Sourced",
    "Theme",
    "ThemeKind",
    "TraitKind",
    "User",
    "gather",
]
