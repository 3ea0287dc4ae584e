"""Initiatives and Local Green Deals for programs."""

from initiatives.api.deals import DealViewSet
from initiatives.api.initiatives import InitiativeViewSet

__all__ = ["DealViewSet", "InitiativeViewSet"]
