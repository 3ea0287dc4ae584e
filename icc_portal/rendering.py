"""How forms become HTML: one template for every field, and the design system's classes."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

CHECKBOX = forms.CheckboxInput
# These draw themselves without the class: a file button, what nobody sees, and groups.
PLAIN = (forms.FileInput, forms.HiddenInput, forms.MultiWidget)


class PortalBoundField(BoundField):
    """A field that knows the class of its widget; the field's template does the rest."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict:
        """Add the input class and keep what the form's author wrote."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if not isinstance(widget, PLAIN):
            own = attrs.get("class") or widget.attrs.get("class", "")
            attrs["class"] = f"{own} ds-input".strip()
        # Libraries repeat the label inside the field, where it vanishes while people type.
        inside = attrs.get("placeholder") or widget.attrs.get("placeholder", "")
        if inside and str(inside).casefold().startswith(str(self.label).casefold()):
            attrs["placeholder"] = False
        return attrs

    @property
    def is_checkbox(self) -> bool:
        """Whether it is one box to tick, whose label stands behind it."""
        return isinstance(self.field.widget, CHECKBOX)


class PortalRenderer(TemplatesSetting):
    """Named in settings.FORM_RENDERER."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
    formset_template_name = "components/formset.html"
    bound_field_class = PortalBoundField
