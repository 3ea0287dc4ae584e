"""Every kind of work is among what the tests that break parts deliver many times at once."""

import pytest
from django.utils.module_loading import autodiscover_modules

from cities.effects import works
from cities.models import Effect, EffectState
from tests.faults import one_of_each

# What the review that they go through hands over by itself.
OF_A_REVIEW = {
    *("cities.send_mail", "marketplace.ask_outside", "marketplace.check", "marketplace.publish"),
}


@pytest.mark.django_db
def test_one_of_each_kind_of_work_is_handed_over_and_ends(drain, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    autodiscover_modules("tasks")
    ours = {
        kind for kind, (work, _outside) in works.known.items() if work.__module__.endswith(".tasks")
    }

    became = one_of_each.hand_over()
    assert ours - set(Effect.objects.values_list("kind", flat=True)) - OF_A_REVIEW == set()

    drain()
    left = Effect.objects.exclude(state=EffectState.DONE).values_list("kind", "last_error")
    assert list(left) == []
    found = became()
    assert found["revisions"] == [["in_review"]] * 3
    assert found["reviews"] == {"asked": 1, "ended": 1}
    assert found["rounds"] == [(1, "given"), (2, "asked")]
    assert found["tables"] == [["ready"], ["ready"], ["done"]]
    assert (found["held"], found["digests"]) == ([["gathered"]], 1)
    assert (found["orders"], found["works"], found["runs"]) == ([["done"]], [[100, ""]], [["done"]])
    assert found["sheets"] == [["ready", 0], ["ready", 0], ["done", 1]]
    assert found["told"] == {"event-dates": 1, "one-to-one": 1, "peer-group": 4}
    assert found["versions"] == []
