"""How forms become HTML: one template for every field, and the design system's classes."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext as _

from icc_portal.widgets import drawn

CHECKBOX = forms.CheckboxInput
# These draw themselves without the class: a file button, what nobody sees, and groups.
PLAIN = (forms.FileInput, forms.HiddenInput, forms.MultiWidget)
# Fields that hold less need no counter.
LONG = 100
# Those of the admin, which has no such script, and one-line fields with rules of their own.
COUNTED_BY_THE_BROWSER = (
    *(AdminTextareaWidget, AdminTextInputWidget, forms.EmailInput, forms.URLInput),
    *(forms.PasswordInput, forms.HiddenInput),
)


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
        return attrs | self._limit(widget)

    def _limit(self, widget: forms.Widget) -> dict[str, Any]:
        """Let a script count what is typed in a long field, instead of the browser cutting it off.

        `maxlength` counts an emoji twice and drops the end of a pasted text without a word. The
        server counts characters (code points); most of its fields count a line break as two.
        """
        most = getattr(self.field, "max_length", None)
        is_text = isinstance(widget, (forms.Textarea, forms.TextInput))
        if not most or most < LONG or not is_text or isinstance(widget, COUNTED_BY_THE_BROWSER):
            return {}
        return {
            "maxlength": False,
            "data-limit": str(most),
            "data-limit-break": "1" if getattr(self.field, "counts_breaks_once", False) else "2",
            "data-limit-words": _("{used} of {most} characters"),
        }

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

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Draw the plainest widgets by hand, in a tenth of the time; all others as ever."""
        told = drawn(template_name, context)
        return super().render(template_name, context, request) if told is None else told
