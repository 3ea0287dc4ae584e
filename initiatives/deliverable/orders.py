"""Documents made in the worker: an order is a row, and says how far it is.

    order = orders.place(roadmap, template, audience, by=person)

The work runs outside of any transaction, so that its progress can be seen; it may run again after
a crash, and makes the same files again. Between two steps it looks whether somebody cancelled it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities import effects
from cities.models import User
from initiatives.deliverable import content, dossier, pdf, slides
from initiatives.models import (
    OPEN,
    DeliverableFile,
    DeliverableOrder,
    DeliverableSnapshot,
    DocumentTemplate,
    FileKind,
    OrderState,
    Roadmap,
)

log = logging.getLogger(__name__)
KIND = "initiatives.make_documents"
STEPS = {
    "content": gettext_lazy("Gathering what the roadmap holds"),
    "pdf": gettext_lazy("Setting the PDF"),
    "pptx": gettext_lazy("Drawing the slides"),
    "zip": gettext_lazy("Packing the dossier"),
    "done": gettext_lazy("Done"),
}
PERCENT = {"content": 5, "pdf": 20, "pptx": 50, "zip": 85, "done": 100}
# A worker that said nothing for so long is gone; the order may be asked for again.
SILENT = timedelta(minutes=4)
KEPT_ORDERS = 5


class Cancelled(Exception):
    """Somebody does not want the documents any more."""


@transaction.atomic
def place(
    roadmap: Roadmap,
    template: DocumentTemplate,
    audience: str,
    *,
    by: User,
    snapshot: DeliverableSnapshot | None = None,
    told: str = "",
) -> DeliverableOrder:
    """Order documents of a roadmap as it stands, or of a snapshot (then `told` is its content).

    Whoever asks twice for the same while it is being made gets the same order.
    """
    same = DeliverableOrder.objects.filter(
        roadmap=roadmap, template=template, audience=audience, snapshot=snapshot, state__in=OPEN
    )
    running = same.filter(changed_at__gt=timezone.now() - SILENT).first()
    if running is not None:
        return running
    order = DeliverableOrder.objects.create(
        roadmap=roadmap,
        template=template,
        audience=audience,
        asked_by=by,
        snapshot=snapshot,
        content=told,
    )
    _hand_over(order)
    return order


def cancel(order: DeliverableOrder) -> bool:
    """Cancel an order that is not made yet; return whether it was one."""
    return bool(_open(order.pk).update(state=OrderState.CANCELLED, changed_at=timezone.now()))


@transaction.atomic
def retry(order: DeliverableOrder) -> bool:
    """Try again what failed, was cancelled, or has been silent; return whether it was so."""
    order = DeliverableOrder.objects.select_for_update().get(pk=order.pk)
    if not may_retry(order):
        return False
    order.state, order.tries, order.percent, order.step = OrderState.WAITING, order.tries + 1, 0, ""
    order.error = ""
    order.save()
    _hand_over(order)
    return True


def may_retry(order: DeliverableOrder) -> bool:
    """Say whether it makes sense to ask for it again."""
    if order.is_open:
        return order.changed_at < timezone.now() - SILENT
    return order.state in {OrderState.FAILED, OrderState.CANCELLED}


def make(order_id: int) -> None:
    """Make the documents of an order; what goes wrong is written to it, for a person to read."""
    if not _open(order_id).update(state=OrderState.RUNNING, changed_at=timezone.now()):
        return
    order = DeliverableOrder.objects.select_related(
        "template",
        *(f"roadmap__participation__{name}" for name in ("city", "consortium", "edition")),
    ).get(pk=order_id)
    try:
        _make(order)
    except Cancelled:
        return
    except Exception:
        # Whatever a document stumbles over, trying it five times by itself would not mend it.
        log.exception("Order %s of documents failed", order_id)
        words = _("The documents could not be made. Staff find the reason in the log.")
        _open(order_id).update(state=OrderState.FAILED, error=words, changed_at=timezone.now())


def step_words(order: DeliverableOrder) -> Any:
    """Return in words what is being done."""
    return STEPS.get(order.step, "")


def _make(order: DeliverableOrder) -> None:
    _reached(order, "content")
    if not order.content:
        made = content.build(
            order.roadmap, order.template, order.audience, on=timezone.localdate(order.asked_at)
        )
        order.content = content.canonical(made)
        DeliverableOrder.objects.filter(pk=order.pk).update(content=order.content)
    told = content.read(order.content)
    _reached(order, "pdf")
    page = pdf.make(told)
    _keep(order, FileKind.PDF, page)
    _reached(order, "pptx")
    deck = slides.make(told)
    _keep(order, FileKind.PPTX, deck)
    _reached(order, "zip")
    _keep(order, FileKind.ZIP, dossier.make(order, told, page, deck))
    _open(order.pk).update(
        state=OrderState.DONE,
        step="done",
        percent=100,
        finished_at=timezone.now(),
        changed_at=timezone.now(),
    )
    _tidy(order)


def _hand_over(order: DeliverableOrder) -> None:
    effects.hand_over(KIND, key=f"documents:{order.pk}:{order.tries}", order=order.pk)


def _open(order_id: int) -> Any:
    return DeliverableOrder.objects.filter(pk=order_id, state__in=OPEN)


def _reached(order: DeliverableOrder, step: str) -> None:
    changed = {"step": step, "percent": PERCENT[step], "changed_at": timezone.now()}
    if not _open(order.pk).update(**changed):
        raise Cancelled


def _keep(order: DeliverableOrder, kind: str, data: bytes) -> None:
    digest = content.sha256_of(data)
    name = f"deliverables/{order.roadmap_id}/{order.pk}-{digest[:16]}.{kind}"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(data))
    DeliverableFile.objects.update_or_create(
        order=order, kind=kind, defaults={"file": name, "size": len(data), "sha256": digest}
    )


def _tidy(order: DeliverableOrder) -> None:
    """Delete the files of older orders; those of what was handed in stay."""
    older = DeliverableOrder.objects.filter(
        roadmap=order.roadmap_id, audience=order.audience, snapshot=None
    ).order_by("-pk")[KEPT_ORDERS:]
    for file in DeliverableFile.objects.filter(order__in=list(older)):
        file.file.delete(save=False)
        file.delete()
