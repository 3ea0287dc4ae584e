"""Staff screens of roadmaps, initiatives and KPIs."""

from initiatives.admin import initiatives, kpis, roadmaps

__all__ = ["initiatives", "kpis", "roadmaps"]
