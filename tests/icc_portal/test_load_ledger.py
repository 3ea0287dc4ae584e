"""The demonstration's ledger and demands: lively, marked, as the portal itself would write them."""

import pytest
from django.utils import timezone

from marketplace import demand as demands
from marketplace.demand.sums import active_needs
from marketplace.ledger import NEXT
from marketplace.models import (
    Demand,
    Deployment,
    DeploymentStatus,
    DeploymentStep,
    Entry,
    JointProcurement,
    Need,
)

pytestmark = pytest.mark.django_db


def test_every_status_and_answer_is_there_and_all_of_it_is_marked_as_invented(programme):
    rows = Deployment.objects.filter(steps__isnull=False).distinct()
    assert {row.status for row in rows} == set(DeploymentStatus)
    assert {row.confirmation for row in rows} == {"waiting", "confirmed", "doubted"}
    for kind in (rows, Demand.objects.all(), Need.objects.all(), JointProcurement.objects.all()):
        assert all(row.demonstration for row in kind)
    assert not Entry.objects.filter(
        deployments__steps__isnull=False, live_revision__demonstration=False
    ).exists()


def test_steps_follow_the_table_and_counts_are_right(programme):
    for step in DeploymentStep.objects.all():
        assert (step.before or None, step.action) in NEXT
    for entry in Entry.objects.all():
        confirmed = Deployment.objects.confirmed_reuses().filter(entry=entry).count()
        assert entry.confirmed_reuse == confirmed


def test_one_of_three_demands_is_beyond_the_threshold_and_bought_together(programme):
    threshold = demands.threshold_on(timezone.localdate())
    beyond = [
        demand.slug
        for demand in Demand.objects.all()
        if demands.is_beyond_threshold(demands.sum_up(active_needs(demand)), threshold)
    ]
    assert Demand.objects.count() == 3
    assert beyond == [JointProcurement.objects.get().demand.slug] == ["air-quality-in-classrooms"]
