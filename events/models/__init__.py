"""The events room of the second floor: events, sessions, groups, registrations."""

from events.models.attendance import DoorHelper, Presence
from events.models.collaborations import WITH_REASON, CollaborationAct, CollaborationTurn
from events.models.events import (
    CityAttendance,
    Event,
    EventDay,
    EventFigure,
    EventFormat,
    EventKind,
    EventStatus,
    known_zone,
)
from events.models.feedback import HIGHEST, LOWEST, SessionFeedback
from events.models.groups import GroupMember, GroupRole, SubGroup, ThematicActionGroup
from events.models.guests import Guest, GuestPlace, GuestPresence, GuestState
from events.models.meeting_rounds import (
    ExpertKind,
    MeetingAsker,
    MeetingExpert,
    MeetingOffer,
    MeetingRound,
    MeetingSlot,
    MeetingWish,
)
from events.models.meetings import Meeting, MeetingAnswer, MeetingEnd
from events.models.outcomes import JointOutput, NextStep, Outcome, OutcomeKind
from events.models.own_agendas import CalendarAddress, SessionStar
from events.models.peer_groups import (
    PeerGroup,
    PeerRound,
    PeerSeat,
    RoundCity,
    RoundGuide,
    RoundState,
)
from events.models.photos import MOST_PHOTOS, EventPhoto
from events.models.plans import AgendaVersion, DraftedSession, PlanDraft
from events.models.polls import (
    LONGEST_OPTION,
    LONGEST_WORDS,
    OptionState,
    Poll,
    PollAnswer,
    PollKind,
    PollOption,
    PollQuestion,
    PollState,
    QuestionState,
    Voice,
)
from events.models.priorities import CityRanking, Priority, RankedPriority
from events.models.registrations import Registration, RegistrationStatus
from events.models.runs import OPEN_RUNS, RunError, RunState, SolverRun
from events.models.sessions import (
    AgendaItem,
    Audience,
    PartOfDay,
    Session,
    SessionKind,
    SessionMaterial,
    Talk,
)
from events.models.signups import RegistrationNeeds, SignUp
from events.models.venues import Room, Track

__all__ = [
    "HIGHEST",
    "LONGEST_OPTION",
    "LONGEST_WORDS",
    "LOWEST",
    "MOST_PHOTOS",
    "OPEN_RUNS",
    "WITH_REASON",
    "AgendaItem",
    "AgendaVersion",
    "Audience",
    "CalendarAddress",
    "CityAttendance",
    "CityRanking",
    "CollaborationAct",
    "CollaborationTurn",
    "DoorHelper",
    "DraftedSession",
    "Event",
    "EventDay",
    "EventFigure",
    "EventFormat",
    "EventKind",
    "EventPhoto",
    "EventStatus",
    "ExpertKind",
    "GroupMember",
    "GroupRole",
    "Guest",
    "GuestPlace",
    "GuestPresence",
    "GuestState",
    "JointOutput",
    "Meeting",
    "MeetingAnswer",
    "MeetingAsker",
    "MeetingEnd",
    "MeetingExpert",
    "MeetingOffer",
    "MeetingRound",
    "MeetingSlot",
    "MeetingWish",
    "NextStep",
    "OptionState",
    "Outcome",
    "OutcomeKind",
    "PartOfDay",
    "PeerGroup",
    "PeerRound",
    "PeerSeat",
    "PlanDraft",
    "Poll",
    "PollAnswer",
    "PollKind",
    "PollOption",
    "PollQuestion",
    "PollState",
    "Presence",
    "Priority",
    "QuestionState",
    "RankedPriority",
    "Registration",
    "RegistrationNeeds",
    "RegistrationStatus",
    "Room",
    "RoundCity",
    "RoundGuide",
    "RoundState",
    "RunError",
    "RunState",
    "Session",
    "SessionFeedback",
    "SessionKind",
    "SessionMaterial",
    "SessionStar",
    "SignUp",
    "SolverRun",
    "SubGroup",
    "Talk",
    "ThematicActionGroup",
    "Track",
    "Voice",
    "known_zone",
]
