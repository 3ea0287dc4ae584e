"""Migrations that make tables: many at once, and of an app's first nothing by halves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder


class CreateTables(Operation):
    """Create the tables of an app as its operations leave them in the end.

    One by one, Django reads nearly every model anew after each operation, since all are related to
    people: minutes for two hundred tables, in each test run and before a portal's first page. The
    operations are CreateModel, AddField, AddConstraint and AddIndex, as makemigrations writes them.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Tell the state of all tables; its models are read once somebody asks for them."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create each table; references to those that come later are made at the end."""
        for model in self._models(app_label, schema_editor, to_state):
            schema_editor.create_model(model)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Delete them, the last one first."""
        for model in reversed(self._models(app_label, schema_editor, from_state)):
            schema_editor.delete_model(model)

    def describe(self) -> str:
        """Say what is done."""
        return f"Create {len(self._names())} tables"

    def references_model(self, name: str, app_label: str) -> bool:
        """Say whether an operation has to do with a model."""
        return any(operation.references_model(name, app_label) for operation in self.operations)

    def _names(self) -> list[str]:
        return [one.name for one in self.operations if isinstance(one, CreateModel)]

    def _models(self, app_label: str, schema_editor: Any, state: Any) -> list[Any]:
        alias = schema_editor.connection.alias
        models = [state.apps.get_model(app_label, name) for name in self._names()]
        return [model for model in models if self.allow_migrate_model(alias, model)]


def refuse_half_way(using: str, **_given: Any) -> None:
    """Refuse to migrate a portal that has some of the steps a first migration stands for.

    Django would leave that migration out without a word, and the tables of the missing steps with
    it. Raises CommandError with what to do.
    """
    applied = set(MigrationRecorder(connections[using]).applied_migrations())
    for (app, _name), first in MigrationLoader(None).replacements.items():
        missing = [step for step in first.replaces if step not in applied]
        if 0 < len(missing) < len(first.replaces):
            raise CommandError(
                f"This portal was set up while it was being developed, and lacks {missing[0][1]} "
                f"of {app}. Migrate it with the last commit that has this file, then with this one."
            )
