"""Demands: needs that are gathered, added up, and bought together."""

from marketplace.demand.buying import (
    BUYING,
    BuyingStep,
    answer,
    open_procurement,
    perform,
)
from marketplace.demand.gathering import DemandRefused, leave, merge, split, state
from marketplace.demand.similar import similar_demands
from marketplace.demand.sums import Sums, is_beyond_threshold, sum_up, threshold_on

__all__ = [
    "BUYING",
    "BuyingStep",
    "DemandRefused",
    "Sums",
    "answer",
    "is_beyond_threshold",
    "leave",
    "merge",
    "open_procurement",
    "perform",
    "similar_demands",
    "split",
    "state",
    "sum_up",
    "threshold_on",
]
