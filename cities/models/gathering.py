"""Rows of several tables, of one object or of none in particular, read in one query.

`prefetch_related_objects` takes a query for each table; pages of a roadmap show ten and more. No
library that is kept well joins such reads, so this one does: each table's rows come as JSON, put
below one another by UNION ALL. Columns travel as text, because JSON alone would round numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import NotSupportedError, models
from django.db.models import Expression, F, Prefetch, QuerySet, Value, Window
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Col
from django.db.models.functions import Cast, RowNumber

from cities.models.making import Maker, reader

# A name and a value for each: neither database takes more arguments than a hundred.
_MOST_COLUMNS = 50


def gather(row: models.Model, *wanted: str | Prefetch[Any]) -> None:
    """Read related rows of one object, so that `row.<name>.all()` asks the database no more.

    Takes names of relations from one to many, as they are or as a Prefetch with a queryset that
    may join foreign keys (`select_related`); no `to_attr`, and nothing prefetched further.
    """
    parts = [_Part(row, one) for one in wanted]
    queries = [part.query(number) for number, part in enumerate(parts)]
    found: list[list[Any]] = [[] for _part in parts]
    # The first column says which table a row is from, the second its place there.
    for number, _place, columns in queries[0].union(*queries[1:], all=True).order_by("of", "place"):
        found[number].append(columns)
    for part, rows in zip(parts, found, strict=True):
        part.keep([part.instance(columns) for columns in rows])


def read_together(*wanted: QuerySet[Any]) -> list[list[Any]]:
    """Return the rows of several querysets, each in its order, with one query for all of them.

    A queryset may join foreign keys (`select_related`, from the other end of one to one as well),
    carry annotations, leave columns out (`only`) and be cut by [:most]; nothing is prefetched.
    """
    wholes = [_Whole(one) for one in wanted]
    queries = [whole.query(number) for number, whole in enumerate(wholes)]
    found: list[list[Any]] = [[] for _whole in wholes]
    if not queries:
        return found
    for number, _place, columns in (
        queries[0].union(*queries[1:], all=True).order_by("whole_number", "whole_place")
    ):
        found[number].append(wholes[number].instance(columns))
    return found


def long_texts(model: Any, prefix: str = "") -> list[str]:
    """Return the columns of a model that hold long texts, to be left out by `defer`."""
    kinds = (models.TextField, models.JSONField)
    return [f"{prefix}{one.name}" for one in model._meta.concrete_fields if isinstance(one, kinds)]


class _Whole:
    """One queryset: what is asked, and how a row is made."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows, self.most = rows.all(), rows.query.high_mark
        self.rows.query.clear_limits()
        self.joined: Any = rows.query.select_related or {}
        self.more: dict[str, Any] = dict(rows.query.annotation_select)
        self.mask: dict[Any, Any] = rows.query.get_select_mask()
        self.maker = Maker(rows.model, self.joined, rows.db, self.mask)
        self.readers = {name: reader(one.output_field) for name, one in self.more.items()}

    def query(self, number: int) -> QuerySet[Any, Any]:
        """Return number, place and columns of each row."""
        query, model = self.rows.query, self.rows.model
        ordering = query.order_by or model._meta.ordering or ["pk"]
        rows = self.rows.select_related(None).order_by()
        if query.distinct:
            # The same row has one place only.
            rows = model._default_manager.filter(pk__in=rows.values("pk")).order_by()
        told = rows.annotate(
            whole_number=Value(number),
            whole_place=Window(RowNumber(), order_by=[*ordering]),
            whole_columns=_columns(model, self.joined, more=self.more, mask=self.mask),
        )
        if self.most is not None:
            told = told.filter(whole_place__lte=self.most)
        return told.values_list("whole_number", "whole_place", "whole_columns")

    def instance(self, columns: dict[str, Any]) -> Any:
        """Make a row as the database would have returned it."""
        made = self.maker.make(columns)
        for name, read in self.readers.items():
            text = columns[f"{name}@"]
            setattr(made, name, None if text is None else read(text))
        return made


class _Part:
    """One relation: what is asked, how a row is made, where the rows are kept."""

    def __init__(self, row: models.Model, wanted: str | Prefetch[Any]) -> None:
        self.row = row
        name = wanted if isinstance(wanted, str) else wanted.prefetch_through
        self.manager: Any = getattr(row, name)
        chosen = None if isinstance(wanted, str) else wanted.queryset
        whole = self.manager.get_queryset()
        self.rows: QuerySet[Any] = whole if chosen is None else self._narrowed(chosen)
        self.joined: Any = self.rows.query.select_related or {}
        self.maker = Maker(self.rows.model, self.joined, self.rows.db)

    def _narrowed(self, chosen: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = self.manager._apply_rel_filters(chosen)
        return narrowed

    def query(self, number: int) -> QuerySet[Any, Any]:
        """Return number, place and columns of each row."""
        ordering = self.rows.query.order_by or self.rows.model._meta.ordering or ["pk"]
        rows: QuerySet[Any, Any] = (
            self.rows.select_related(None)
            .order_by()
            .annotate(
                of=Value(number),
                place=Window(RowNumber(), order_by=[*ordering]),
                columns=_columns(self.rows.model, self.joined),
            )
            .values_list("of", "place", "columns")
        )
        return rows

    def instance(self, columns: dict[str, Any]) -> models.Model:
        """Make a row as the database would have returned it."""
        return self.maker.make(columns)

    def keep(self, found: list[models.Model]) -> None:
        """Put the rows where `all()` looks for them, as a prefetch does."""
        field = getattr(self.manager, "field", None)
        if field is None:
            name = self.manager.prefetch_cache_name
        else:
            name = field.remote_field.cache_name
            for one in found:
                # They were found by their key: it has not to be written again.
                field.set_cached_value(one, self.row)
        rows = self.manager.get_queryset()
        rows._result_cache, rows._prefetch_done = found, True
        cache: dict[str, Any] = self.row.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[name] = rows


def _columns(
    model: Any,
    joined: dict[str, Any],
    prefix: str = "",
    *,
    more: Iterable[str] = (),
    mask: dict[Any, Any] | None = None,
) -> _AsJSON:
    """Return a row's columns as text, and those of joined rows within.

    `more` are annotations; of columns those of a mask, as `only` leaves it, or all.
    """
    own = [one for one in model._meta.concrete_fields if not mask or one in mask]
    inner: dict[str, Any] = {}
    for name, further in joined.items():
        link = model._meta.get_field(name)
        narrowed = (mask or {}).get(link)
        inner[f"{name}__"] = _columns(
            link.related_model, further, f"{prefix}{name}__", mask=narrowed
        )
    inner |= {f"{name}@": Cast(F(name), models.TextField()) for name in more}
    return _AsJSON(f"{prefix}pk", own, inner)


class _AsJSON(Expression):
    """Columns of one table as a JSON object, with what stands within it.

    JSONObject does the same with four expressions for every column, which takes Django several
    times as long to put into words as the database to answer.
    """

    contains_column_references = True

    def __init__(self, pk: str, fields: list[Any], inner: dict[str, Any]) -> None:
        super().__init__(output_field=models.JSONField())
        self.pk, self.fields, self.inner = pk, fields, inner
        self.alias = ""

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> _AsJSON:
        """Join the table, and learn what it is called in this query."""
        made = self.copy()
        path, model = self.pk.split(LOOKUP_SEP), query.get_meta()
        # The last step of a path would be trimmed to the key that leads there; all is read here.
        joins = query.setup_joins(path, model, query.get_initial_alias()).joins
        made.alias = joins[-1]
        made.inner = {
            name: one.resolve_expression(query, *args, **kwargs) for name, one in self.inner.items()
        }
        return made

    def get_source_expressions(self) -> list[Any]:
        """Return what stands within."""
        return [*self.inner.values()]

    def set_source_expressions(self, exprs: Any) -> None:
        """Take what stands within."""
        self.inner = dict(zip(self.inner, exprs, strict=True))

    def relabeled_clone(self, change_map: Any) -> Any:
        """Follow the table when the query calls it something else."""
        made = super().relabeled_clone(change_map)
        made.alias = change_map.get(self.alias, self.alias)
        return made

    def get_group_by_cols(self) -> list[Any]:
        """Group by the key of each table: what else a row tells hangs on it."""
        keys: list[Any] = [Col(self.alias, self.fields[0].model._meta.pk)]
        for one in self.inner.values():
            keys += one.get_group_by_cols()
        return keys

    @property
    def identity(self) -> Any:
        """Each stands for itself: to compare two, column by column, would take long."""
        return id(self)

    def as_sql(self, compiler: Any, connection: Any, function: str = "JSON_OBJECT") -> Any:
        """Name each column and its text."""
        told: list[str] = []
        params: list[Any] = []
        for field in self.fields:
            sql, its = compiler.compile(Col(self.alias, field))
            told.append(f"'{field.attname}', CAST({sql} AS text)")
            params += its
        for name, one in self.inner.items():
            sql, its = compiler.compile(one)
            told.append(f"'{name}', {sql}")
            params += its
        if len(told) > _MOST_COLUMNS:
            raise NotSupportedError(f"{self.pk}: more than {_MOST_COLUMNS} columns at once.")
        return f"{function}({', '.join(told)})", params

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Call it as PostgreSQL does."""
        return self.as_sql(compiler, connection, function="JSONB_BUILD_OBJECT")
