"""What a Gantt chart is made from, and what it is once drawn."""

from dataclasses import dataclass
from datetime import date

from cities.pictures.scales import Tick


@dataclass(frozen=True)
class Mark:
    """A milestone on a row: its day, how it stands, and whether the day is only roughly known."""

    day: date
    state: str
    is_rough: bool = False


@dataclass(frozen=True)
class GanttRow:
    """An initiative: from first to last day, its first plan, and the milestones on the way."""

    key: int
    number: str
    label: str
    depth: int = 1
    start: date | None = None
    end: date | None = None
    plan_start: date | None = None
    plan_end: date | None = None
    state: str = "todo"
    marks: tuple[Mark, ...] = ()
    is_critical: bool = False

    @property
    def has_moved(self) -> bool:
        """Whether its days differ from those of its first plan."""
        now = (self.start, self.end)
        return self.plan_start is not None and (self.plan_start, self.plan_end) != now


@dataclass(frozen=True)
class Phase:
    """A stretch of the programme, drawn as a band."""

    label: str
    start: date
    end: date


@dataclass(frozen=True)
class Arrow:
    """The second row waits for the first."""

    before: int
    after: int
    is_critical: bool = False


@dataclass(frozen=True)
class Label:
    """A row's name, or words beside a bar, in its place."""

    x: float
    y: float
    text: str
    is_bold: bool = False


@dataclass(frozen=True)
class Shape:
    """Everything of one look: names of our styles, a colour for paper, and one path."""

    styles: str
    colour: str
    strength: float
    path: str


@dataclass(frozen=True)
class Strip:
    """Some rows of the chart under the months."""

    id: str
    title: str
    description: str
    width: int
    height: int
    top: float
    left: float
    ticks: tuple[Tick, ...]
    phases: tuple[tuple[float, float, tuple[str, ...]], ...]
    labels: tuple[Label, ...]
    lines: str
    first_plan: str
    shapes: tuple[Shape, ...]
    critical: str
    arrows: str
    critical_arrows: str
    today: float | None
    today_label: str


@dataclass(frozen=True)
class Gantt:
    """The strips for a wide window and for a narrow one, with what the marks mean."""

    wide: tuple[Strip, ...]
    narrow: tuple[Strip, ...]
    legend: tuple[tuple[str, str], ...]
    template: str = "components/pictures/gantt.svg.html"
