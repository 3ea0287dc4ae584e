"""Events for programs: the same rows and filters as the pages; an event brings its agenda."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from cities.api import CountrySerializer
from events.agenda import talks_of_sessions
from events.filters import EventFilter
from events.models import (
    AgendaItem,
    Audience,
    CityAttendance,
    Event,
    EventFigure,
    PollKind,
    Session,
    SessionMaterial,
    Talk,
)
from events.services import poll_results


class TalkSerializer(serializers.ModelSerializer):
    """A talk: who presents, for which city or organisation. Names of people stay on the pages."""

    city = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    organisation = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    item = serializers.SerializerMethodField(help_text="Position of its block.")

    class Meta:
        model = Talk
        fields = ["title", "item", "city", "organisation", "summary"]

    def get_item(self, talk: Talk) -> int | None:
        """Return the position of its block, or null when it belongs to none."""
        items = {item.pk: item.position for item in talk.session.agenda_items.all()}
        return items.get(talk.item_id)


class AgendaItemSerializer(serializers.ModelSerializer):
    """A block of a session."""

    class Meta:
        model = AgendaItem
        fields = ["position", "title", "minutes", "note"]


class MaterialSerializer(serializers.ModelSerializer):
    """What a session leaves: slides, a handout, notes."""

    class Meta:
        model = SessionMaterial
        fields = ["title", "link"]


class AnswerCountSerializer(serializers.Serializer):
    """One answer of a poll, and how many gave it."""

    text = serializers.CharField()
    people = serializers.IntegerField(source="number")
    is_right = serializers.BooleanField(source="option.is_right", help_text="Of a quiz.")


class PollQuestionSerializer(serializers.Serializer):
    """A question to the room. Where several can be ticked, more answers than people."""

    text = serializers.CharField(source="question.text")
    kind = serializers.ChoiceField(source="question.kind", choices=PollKind.choices)
    people = serializers.IntegerField(source="answers", help_text="How many answered.")
    answers = AnswerCountSerializer(many=True, source="lines")


class PollSerializer(serializers.Serializer):
    """A poll that has ended and whose results are shared."""

    title = serializers.CharField()
    questions = PollQuestionSerializer(many=True)


class SessionSerializer(serializers.ModelSerializer):
    """A session. `starts_at` and `ends_at` are null where no source gives the hour."""

    date = serializers.DateField(source="day.date")
    page = serializers.SerializerMethodField(help_text="Address of the session's page.")
    kind = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    theme = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    group = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    track = serializers.CharField(source="track.name", default="")
    room = serializers.CharField(source="room.name", default="")
    part_of_day = serializers.SerializerMethodField()
    agenda_items = AgendaItemSerializer(many=True)
    talks = TalkSerializer(many=True)
    materials = serializers.SerializerMethodField(help_text="Of sessions open to everybody.")
    recording = serializers.SerializerMethodField(help_text="Of sessions open to everybody.")
    polls = serializers.SerializerMethodField(
        help_text="What the room said, where it is shared; of sessions open to everybody."
    )

    class Meta:
        model = Session
        fields = [
            "slug", "page", "title", "kind", "date", "starts_at", "ends_at", "part_of_day",
            "parallel", "track", "theme", "group", "audience", "room", "language", "summary",
            "takeaways", "is_cancelled", "agenda_items", "talks", "materials", "recording",
            "polls",            "source", "demonstration",
        ]  # fmt: skip

    def get_page(self, session: Session) -> str:
        """Return the address of the page for people."""
        return self.context["request"].build_absolute_uri(session.get_absolute_url())

    @extend_schema_field(MaterialSerializer(many=True))
    def get_materials(self, session: Session) -> list[dict]:
        """Return what everybody may read."""
        if session.audience != Audience.PUBLIC:
            return []
        return MaterialSerializer(session.materials.all(), many=True).data

    def get_recording(self, session: Session) -> str:
        """Return its address where everybody may see it, or ""."""
        return session.recording if session.audience == Audience.PUBLIC else ""

    @extend_schema_field(PollSerializer(many=True))
    def get_polls(self, session: Session) -> list[dict]:
        """Return what everybody may read of polls."""
        if session.audience != Audience.PUBLIC:
            return []
        told = [
            {"title": poll.title, "questions": results}
            for poll, results in self.context.get("polls", ())
            if poll.session_id == session.pk
        ]
        return PollSerializer(told, many=True).data

    def get_part_of_day(self, session: Session) -> str:
        """Return "morning", "afternoon" or "unknown"."""
        return str(session.part_of_day).lstrip("0123456789")


class FigureSerializer(serializers.ModelSerializer):
    """A figure about an event, as it was reported."""

    class Meta:
        model = EventFigure
        fields = ["label", "value", "source"]


class AttendanceSerializer(serializers.ModelSerializer):
    """A city that took part."""

    city = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = CityAttendance
        fields = ["city", "note"]


class EventSerializer(serializers.ModelSerializer):
    """An event as a list shows it. Days are calendar days in its time zone."""

    url = serializers.HyperlinkedIdentityField(view_name="event-detail", lookup_field="slug")
    page = serializers.SerializerMethodField(help_text="Address of the event's page.")
    kind = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    edition = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    city = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    country = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = [
            "slug", "url", "page", "title", "kind", "edition", "status", "summary", "starts_on",
            "ends_on", "dates_note", "time_zone", "format", "place", "city", "country", "link",
            "changed_at", "source", "demonstration",
        ]  # fmt: skip

    def get_page(self, event: Event) -> str:
        """Return the address of the page for people."""
        return self.context["request"].build_absolute_uri(event.get_absolute_url())

    @extend_schema_field(CountrySerializer(allow_null=True))
    def get_country(self, event: Event) -> dict[str, str] | None:
        """Return the country of the place, where one is named."""
        return CountrySerializer(event.country).data if event.country else None


class EventDetailSerializer(EventSerializer):
    """An event with its agenda."""

    figures = FigureSerializer(many=True)
    cities = AttendanceSerializer(many=True, source="attendances")
    organisers = serializers.SlugRelatedField(many=True, slug_field="slug", read_only=True)
    sessions = serializers.SerializerMethodField()

    class Meta(EventSerializer.Meta):
        fields = [
            *EventSerializer.Meta.fields, "description", "figures", "cities", "organisers",
            "sessions",
        ]  # fmt: skip

    @extend_schema_field(SessionSerializer(many=True))
    def get_sessions(self, event: Event) -> list[dict]:
        """Return the sessions of all days, in order."""
        sessions = (
            Session.objects.filter(day__event=event)
            .in_order()
            .select_related("day", "kind", "theme", "group", "track", "room")
            .prefetch_related("agenda_items", "materials", talks_of_sessions())
        )
        rows = list(sessions)
        for session in rows:
            session.day.event = event
        context = self.context | {"polls": poll_results.told_of(event, is_all=False)}
        return SessionSerializer(rows, many=True, context=context).data


class EventViewSet(viewsets.ReadOnlyModelViewSet):
    """City Labs, chapter meetings, workshops and forums of the programme."""

    queryset = Event.objects.none()
    filterset_class = EventFilter
    lookup_field = "slug"

    def filter_queryset(self, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Narrow lists alone: a single one is asked for by its address."""
        return queryset if self.action == "retrieve" else super().filter_queryset(queryset)

    def get_serializer_class(self) -> type[EventSerializer]:
        """Tell the agenda of a single event."""
        return EventDetailSerializer if self.action == "retrieve" else EventSerializer

    def get_queryset(self) -> QuerySet[Event]:
        """Return what the caller may see."""
        events = Event.objects.visible_to(self.request.user).of_their_own().for_cards()
        if self.action != "retrieve":
            return events
        attendances = CityAttendance.objects.select_related("city")
        return events.prefetch_related(
            "figures", "organisers", Prefetch("attendances", attendances)
        )
