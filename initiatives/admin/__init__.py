"""Staff screens of roadmaps, initiatives and KPIs."""

from initiatives.admin import check_ins, deals, deliverables, initiatives, kpis, roadmaps

__all__ = ["check_ins", "deals", "deliverables", "initiatives", "kpis", "roadmaps"]
