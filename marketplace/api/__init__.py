"""The marketplace for programs: the same rows and sums as the pages."""

from marketplace.api.demands import DemandViewSet
from marketplace.api.solutions import SolutionViewSet

__all__ = ["DemandViewSet", "SolutionViewSet"]
