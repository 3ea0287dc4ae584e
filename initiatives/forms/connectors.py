"""Where the value of a KPI comes from: address, filter, rhythm, and what lets us in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities import outbound
from cities.editing.conflicts import VersionedForm
from cities.models import City
from initiatives import connectors
from initiatives.forms.fields import LinkField
from initiatives.models import KPI, Connector
from initiatives.series import cities_of

LONGEST_ADDRESS, LONGEST_CREDENTIAL = 1000, 2000


class ConnectorForm(VersionedForm):
    """A source. Its credential is written here and shown nowhere, not even in this form."""

    address = LinkField(
        label=gettext_lazy("Address"),
        max_length=LONGEST_ADDRESS,
        required=True,
        help_text=gettext_lazy(
            "The page of the dataset (OpenDataSoft) or of the resource (CKAN), or the address of a "
            "CSV file or JSON answer. Only what anybody in the Internet can reach is asked."
        ),
    )
    credential = forms.CharField(
        label=gettext_lazy("Credential"),
        required=False,
        max_length=LONGEST_CREDENTIAL,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Only if the source asks for a key. It is kept sealed, sent to this source alone, and "
            "shown to nobody. Leave it empty to keep the one that is there; it goes when the "
            "address leads to another server."
        ),
    )
    forget_credential = forms.BooleanField(
        label=gettext_lazy("Forget the credential that is there"), required=False
    )

    class Meta:
        model = Connector
        fields = ["kind", "address", "where", "city", "schedule"]
        help_texts = {
            "where": gettext_lazy(
                "OpenDataSoft: a condition, such as theme='energy'. CKAN: words, or a filter "
                'such as {"year": 2022}.'
            ),
            "city": gettext_lazy("For which city of the consortium the value holds."),
        }

    field_order = [
        *("kind", "address", "where", "city", "schedule", "credential", "forget_credential")
    ]

    def __init__(self, *args: Any, kpi: KPI, **kwargs: Any) -> None:
        """Ask for a city in consortia alone, and for forgetting where there is something to."""
        super().__init__(*args, **kwargs)
        self.instance.kpi = kpi
        # A source of a city that has left stays that city's, whatever else is changed.
        cities = cities_of(kpi.initiative.roadmap, also=[self.instance.city_id])
        if cities:
            chosen = City.objects.filter(pk__in=[city.pk for city in cities])
            self.fields["city"].queryset = chosen.order_by("name")
        else:
            del self.fields["city"]
        if not self.instance.sealed_credential:
            del self.fields["forget_credential"]

    def clean_credential(self) -> str:
        """See that it can stand in one line of a request."""
        credential = self.cleaned_data["credential"].strip()
        if credential and not (credential.isascii() and credential.isprintable()):
            raise forms.ValidationError(
                _("A credential is one line of plain letters, digits and signs.")
            )
        return credential

    def clean(self) -> dict[str, Any]:
        """See that the address can be asked, and that no credential goes in the open."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        address, kind = cleaned.get("address", ""), cleaned.get("kind", "")
        if not address:
            return cleaned
        before = self._current
        keeps = before is not None and before.sealed_credential and not self.leaves_its_server
        has_credential = cleaned.get("credential") or (
            keeps and not cleaned.get("forget_credential")
        )
        if not outbound.may_be_asked(address):
            self.add_error("address", _("This address may not be asked."))
        elif kind and not connectors.is_understood(kind, address):
            self.add_error("address", self._examples(kind))
        elif before is None or address != before.address:
            # An address of old may stay as it is while something else is changed.
            for words in self._to_take_out(kind, address):
                self.add_error("address", words)
        if has_credential and not address.startswith("https://"):
            self.add_error("address", _("A credential is sent to an address with https:// alone."))
        return cleaned

    def _to_take_out(self, kind: str, address: str) -> Iterator[str]:
        for name in connectors.secrets_in(address):
            words = _(
                "Take “%s” out of the address, which everybody can read beside the values. Type "
                "the key below as the credential: that is kept sealed."
            )
            yield words % name
        for name in connectors.left_behind(kind, address):
            words = _(
                "What narrows the page by “%s” cannot be taken along. Take it out of the address, "
                "and write a condition as the filter."
            )
            yield words % name

    def _examples(self, kind: str) -> str:
        if kind == "ckan":
            return _(
                "Give the page of a resource, such as "
                "https://data.example.org/dataset/trees/resource/…"
            )
        return _(
            "Give the page of a dataset, such as https://data.example.org/explore/dataset/trees/"
        )

    @property
    def leaves_its_server(self) -> bool:
        """Say whether the address leads to another server than the credential was typed for."""
        before = self._current
        if before is None or not before.sealed_credential:
            return False
        servers = {
            connectors.server_of(one) for one in (before.address, self.cleaned_data["address"])
        }
        return len(servers) > 1

    @property
    def drops_credential(self) -> bool:
        """Say whether the credential that is there goes because its server does."""
        return self.leaves_its_server and not self.cleaned_data["credential"]

    @property
    def has_other_rhythm(self) -> bool:
        """Say whether the source is to be asked more often, or less."""
        before = self._current
        return before is not None and before.schedule != self.cleaned_data["schedule"]

    @property
    def asks_anew(self) -> bool:
        """Say whether another value must be chosen: the source is another one."""
        before = self._current
        return before is None or any(
            self.cleaned_data[name] != getattr(before, name)
            for name in ("kind", "address", "where")
        )

    def save(self, commit: bool = True) -> Connector:
        """Keep a new credential sealed; the one that is there stays with its server."""
        connector: Connector = super().save(commit=False)
        if connector.pk is None:
            connector.unit = connector.kpi.unit
        typed = self.cleaned_data["credential"]
        if typed:
            connector.sealed_credential = connectors.seal(typed, connector.address)
        elif self.drops_credential or self.cleaned_data.get("forget_credential"):
            connector.sealed_credential = ""
        if commit:
            connector.save()
        return connector


class PickForm(forms.Form):
    """Which of the values that the source has."""

    pick = forms.ChoiceField(label=gettext_lazy("Which value?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, connector: Connector, **kwargs: Any) -> None:
        """Offer what the worker found."""
        kwargs.setdefault("initial", {"pick": connector.pick})
        super().__init__(*args, **kwargs)
        self.fields["pick"].choices = [
            (one["pick"], f"{one['label']}: {one['value']}" if one["value"] else one["label"])
            for one in connector.choices
        ]
