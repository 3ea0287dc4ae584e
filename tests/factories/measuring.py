"""The smallest valid values of KPIs, and files that show them."""

from __future__ import annotations

from typing import Any

from cities import uploads
from initiatives import services, values
from initiatives.models import KPI, EvidenceFile, Measurement
from tests.factories.programme import make_kpi
from tests.uploads import a_picture


def make_value(kpi: KPI | None = None, typed: str = "12", **fields: Any) -> Measurement:
    """A value of a KPI, read as people type it."""
    kpi = kpi or make_kpi()
    value = services.as_measurement(
        kpi, values.read(typed).best, services.Circumstances(), reported_by=None
    )
    for name, said in fields.items():
        setattr(value, name, said)
    value.save()
    return value


def make_evidence(kpi: KPI | None = None, upload: Any = None, **fields: Any) -> EvidenceFile:
    """A picture that shows a value of a KPI, with its file where files lie."""
    kept = uploads.read(upload or a_picture())
    fields = {"file": uploads.keep(kept), **kept.columns(), **fields}
    if "measurement" not in fields:
        fields["measurement"] = make_value(kpi)
    return EvidenceFile.objects.create(**fields)
