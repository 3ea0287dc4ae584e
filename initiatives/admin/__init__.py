"""Staff screens of roadmaps, initiatives and KPIs."""

from initiatives.admin import deliverables, initiatives, kpis, roadmaps

__all__ = ["deliverables", "initiatives", "kpis", "roadmaps"]
