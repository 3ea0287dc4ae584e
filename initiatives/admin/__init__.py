"""Staff screens of roadmaps, initiatives and KPIs."""

from initiatives.admin import (
    check_ins,
    comments,
    deals,
    deliverables,
    initiatives,
    kpis,
    roadmaps,
)

__all__ = ["check_ins", "comments", "deals", "deliverables", "initiatives", "kpis", "roadmaps"]
