"""Further rounds of review, on the page of their process."""

from collections import Counter

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import User
from marketplace.models import ReviewRound, Rubric
from marketplace.permissions import reviewers


class RoundForm(forms.ModelForm):
    """A further round. It is ended for good: another one is added in its place."""

    is_ended = forms.BooleanField(
        label=gettext_lazy("ended"),
        required=False,
        help_text=gettext_lazy("What is submitted from now on does not go through it."),
    )

    def __init__(self, *args, **kwargs):
        """Say whether it was ended; that is not taken back."""
        super().__init__(*args, **kwargs)
        was_ended = self.instance.ended_at is not None
        self.fields["is_ended"].initial = was_ended
        self.fields["is_ended"].disabled = was_ended

    def clean(self):
        """Ask for names where only those named are asked, and for the tick where there are any."""
        cleaned = super().clean()
        people, only = cleaned.get("people"), cleaned.get("only_named")
        if only and not people:
            self.add_error("people", _("Name at least one person, or let any reviewer be asked."))
        if people and not only:
            self.add_error("only_named", _("Tick this, or name nobody."))
        return cleaned

    def save(self, commit=True):
        """Note when it was ended."""
        if self.cleaned_data.get("is_ended") and self.instance.ended_at is None:
            self.instance.ended_at = timezone.now()
        return super().save(commit)


class RoundFormSet(forms.BaseInlineFormSet):
    """The further rounds of a process."""

    def clean(self):
        """Refuse two at one place, and more days than cities are promised in all."""
        super().clean()
        kept = [form.cleaned_data for form in self.forms if _stays(form)]
        if any(self.errors) or not kept:
            return
        places = Counter(row["position"] for row in kept)
        if twice := [place for place, number in places.items() if number > 1]:
            words = _("Two rounds are at place {place}: say which comes first.")
            raise ValidationError(words.format(place=twice[0]))
        process = self.instance
        if not process.has_review:
            return
        further = sum(row["days_to_review"] for row in kept)
        days = process.days_to_assign + process.days_to_review + further + process.days_to_decide
        if days > process.days_in_all:
            words = _(
                "The stages have {days} working days together, and cities are promised {promised}: "
                "shorten a stage, or promise more."
            )
            raise ValidationError(words.format(days=days, promised=process.days_in_all))


def _stays(form):
    """Say whether a row is filled in, and what is submitted from now on goes through it."""
    given = getattr(form, "cleaned_data", {})
    return bool(given.get("name")) and not given.get("DELETE") and not given.get("is_ended")


class RoundInline(admin.StackedInline):
    """Further rounds of a process, after its own review."""

    model = ReviewRound
    form = RoundForm
    formset = RoundFormSet
    extra = 0
    fields = [
        ("position", "name", "reviewers", "days_to_review"),
        *("rubric", "only_named", "people", "asks_again", "is_ended"),
    ]
    filter_horizontal = ["people"]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Offer those who review, and whoever is named already."""
        if db_field.name == "people":
            named = ReviewRound.people.through.objects.values("user")
            theirs = Q(pk__in=reviewers().order_by().values("pk")) | Q(pk__in=named)
            kwargs["queryset"] = User.objects.filter(theirs).order_by("name")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer the questions that are for rounds."""
        if db_field.name == "rubric":
            kwargs["queryset"] = Rubric.objects.filter(for_rounds=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request, obj=None):
        """Leave the rounds of a process that is used: they are ended."""
        used = obj is not None and obj.revisions.exists()
        return not used and super().has_delete_permission(request, obj)
