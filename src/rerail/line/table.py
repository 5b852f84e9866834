"""Reading tables by description: which keys there are, of which kind, and where each figure comes from.

A `Spec` describes a table; `Reader.read` turns a TOML table into a `Record` and reports everything wrong with it
on the way: unknown and missing keys, wrong kinds, figures that nobody answers for. It stops at nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from msgspec import UNSET, Struct

from rerail.line.document import REPORTED
from rerail.line.kinds import AlreadyReported, Kind, Wrong, shown
from rerail.line.model import Provenance
from rerail.line.problem import At, Report
from rerail.line.spelling import did_you_mean

PROVENANCE_KEYS: Final = frozenset({"source", "illustrative"})
UNKNOWN_ORIGIN: Final = Provenance()


class Field(Struct, frozen=True):
    """A key of a table and what may stand under it."""

    key: str
    kind: Kind
    required: bool = False
    figure: bool = False
    """Whether it is a figure: a number, time, date, code or coordinate, which must say where it comes from."""
    default: Any = UNSET
    """The value if the key is left out; unset: the model's own default."""
    neutral: Any = UNSET
    """A value to go on with if what is written is wrong, so that the rest of the table can still be checked."""
    name: str = ""
    """The name in the model, where it differs from the key."""
    refers: str = ""
    """What its ids must be defined as elsewhere: "station", "railway"…"""
    public: bool = False
    """Whether it is a text that passengers read: it must exist in all languages of the line."""
    each: bool = False
    """Whether it is a table of figures, each of which `kind` reads."""
    keys: tuple[str, ...] = ()
    """The keys that a table of figures may have; none named: any."""
    keys_refer: str = ""
    """What the keys of a table of figures must be defined as elsewhere."""

    @property
    def model_name(self) -> str:
        """The name in the model."""
        return self.name or self.key


class Spec:
    """A table: its keys, the tables inside it, and the lists of tables inside it."""

    def __init__(
        self,
        what: str,
        *fields: Field,
        tables: Mapping[str, Spec] | None = None,
        lists: Mapping[str, Spec] | None = None,
    ) -> None:
        self.what: Final = what
        self.fields: Final = {field.key: field for field in fields}
        self.tables: Final = dict(tables or {})
        self.lists: Final = dict(lists or {})
        self.required: Final = [field for field in fields if field.required]
        self.defaults: Final = {field.model_name: field.default for field in fields if field.default is not UNSET}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key that may stand in the table."""
        return (*self.fields, *self.tables, *self.lists, *sorted(PROVENANCE_KEYS))


class Record:
    """A table as read: values under the model's names, and what is known about each."""

    __slots__ = ("at", "broken", "figures", "lists", "own", "provenance", "tables", "values")

    def __init__(self, at: At, provenance: Provenance | None, values: dict[str, Any]) -> None:
        self.at: Final = at
        self.own: Final = provenance
        """The provenance written here or on the nearest enclosing table; None: none is."""
        self.provenance: Final = provenance or UNKNOWN_ORIGIN
        self.values: Final = values
        self.figures: Final[dict[str, Provenance]] = {}
        self.broken: Final[set[str]] = set()
        """Names whose value is missing or wrong, which has been reported; they are not in `values`."""
        self.lists: Final[dict[str, list[Record]]] = {}
        self.tables: Final[dict[str, Record]] = {}

    def get(self, name: str) -> Any:
        """The value under the model's name, or None."""
        return self.values.get(name)


class Reference(NamedTuple):
    """An id that must be defined elsewhere in the folder."""

    at: At
    refers: str
    id: str


class PublicText(NamedTuple):
    """A text that passengers read, in the languages written."""

    at: At
    texts: Mapping[str, str]


class Reader:
    """Reads the tables of one folder and remembers what must be checked once all of them are read."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._sources: Collection[str] | None = None
        self._known: dict[tuple[str, ...], Provenance] = {}
        self.references: list[Reference] = []
        self.public_texts: list[PublicText] = []

    def know_sources(self, sources: Collection[str]) -> None:
        """Check the keys of sources against these from now on."""
        self._sources = sources

    def read(self, table: Mapping[str, Any], spec: Spec, at: At, inherited: Provenance | None = None) -> Record:
        """One table. `inherited` is the provenance of the nearest enclosing table that states one."""
        record = Record(at, self._provenance(table, at) or inherited, dict(spec.defaults))
        unsourced: list[str] = []
        for key, value in table.items():
            field = spec.fields.get(key)
            if field is not None:
                self._read_field(field, value, record, unsourced)
            elif key in spec.lists:
                record.lists[key] = self._read_list(value, spec.lists[key], at.key(key), record.own)
            elif key in spec.tables:
                if isinstance(value, dict):
                    record.tables[key] = self.read(value, spec.tables[key], at.key(key), record.own)
                else:
                    self._report.error(
                        "type", at.key(key), f"expected a table, found {shown(value)}.", f"Write [{key}]."
                    )
            elif key not in PROVENANCE_KEYS:
                fix = did_you_mean(key, spec.keys) or f"Known keys: {', '.join(spec.keys)}."
                self._report.error("unknown-key", at.key(key), f'a {spec.what} has no "{key}".', fix)
        for field in spec.required:
            if field.key not in table:
                self._report.error(
                    "missing-key", at, f'this {spec.what} has no "{field.key}".', f"Add {field.key} = …."
                )
                self._break(record, field)
        if unsourced:
            self._unsourced(record.at, unsourced)
        return record

    def _read_list(self, value: Any, spec: Spec, at: At, inherited: Provenance | None) -> list[Record]:
        name = at.path.rpartition(".")[2]
        if not isinstance(value, list):
            found = "one table" if isinstance(value, dict) else shown(value)
            self._report.error(
                "type", at, f"expected a list of tables, found {found}.", f"Write [[{name}]], twice bracketed."
            )
            return []
        records = []
        for index, inner in enumerate(value):
            if isinstance(inner, dict):
                records.append(self.read(inner, spec, at.item(index), inherited))
            elif inner is not REPORTED:
                self._report.error(
                    "type", at.item(index), f"expected a table, found {shown(inner)}.", f"Write [[{name}]]."
                )
        return records

    def _read_field(self, field: Field, value: Any, record: Record, unsourced: list[str]) -> None:
        name = field.model_name
        if isinstance(value, dict):
            if field.each and "value" not in value:
                self._read_figures(field, value, record, unsourced)
                return
            if field.figure and "value" in value:
                value = self._read_own(field, value, record)
            elif field.figure and not field.each:
                self._figure_form(record.at.key(field.key), value)
                self._break(record, field)
                return
        if field.figure and record.own is None and name not in record.figures:
            unsourced.append(field.key)
        if field.each:
            self._read_entries(field, value, record)
            return
        try:
            record.values[name] = read = field.kind(value)
        except Wrong as wrong:
            at = record.at.key(field.key)
            self._report.error(wrong.rule, At(at.file, at.path + wrong.step), wrong.message, wrong.fix)
            self._break(record, field)
            return
        except AlreadyReported:
            self._break(record, field)
            return
        if field.refers:
            self._refer(field.refers, read, record.at.key(field.key))
        elif field.public:
            self.public_texts.append(PublicText(record.at.key(field.key), read))

    def _refer(self, refers: str, read: Any, at: At) -> None:
        if isinstance(read, str):
            self.references.append(Reference(at, refers, read))
        else:
            self.references.extend(Reference(at.item(index), refers, one) for index, one in enumerate(read))

    def _read_own(self, field: Field, value: Mapping[str, Any], record: Record) -> Any:
        """The value of a figure written as { value = …, source = … }, whose provenance is noted."""
        at = record.at.key(field.key)
        for key in value:
            if key != "value" and key not in PROVENANCE_KEYS:
                self._report.error(
                    "unknown-key", at.key(key), f'a figure has no "{key}".', "It has value, source, illustrative."
                )
        own = self._provenance(value, at)
        if own is not None:
            record.figures[field.model_name] = own
        return value["value"]

    def _read_figures(self, field: Field, table: Mapping[str, Any], record: Record, unsourced: list[str]) -> None:
        """A table of figures, such as codes = { esr = "987002", express3 = { value = …, source = … } }."""
        at = record.at.key(field.key)
        shared = self._provenance(table, at)
        plain: dict[str, Any] = {}
        for key, value in table.items():
            if key in PROVENANCE_KEYS:
                continue
            own = shared
            plain[key] = value
            if isinstance(value, dict):
                if "value" not in value:
                    self._figure_form(at.key(key), value)
                    del plain[key]
                    record.broken.add(field.model_name)
                    continue
                own = self._provenance(value, at.key(key)) or shared
                plain[key] = value["value"]
            if own is not None:
                record.figures[f"{field.model_name}.{key}"] = own
            elif record.own is None:
                unsourced.append(f"{field.key}.{key}")
        self._read_entries(field, plain, record)

    def _read_entries(self, field: Field, table: Any, record: Record) -> None:
        at = record.at.key(field.key)
        if not isinstance(table, dict):
            if table is not REPORTED:
                self._report.error(
                    "type", at, f"expected a table, found {shown(table)}.", f'Write {field.key} = {{ … = "…" }}.'
                )
            self._break(record, field)
            return
        found: dict[str, Any] = {}
        for key, value in table.items():
            if field.keys and key not in field.keys:
                fix = did_you_mean(key, field.keys) or f"Known keys: {', '.join(field.keys)}."
                self._report.error("unknown-key", at.key(key), f'{field.key} has no "{key}".', fix)
                continue
            try:
                found[key] = field.kind(value)
            except Wrong as wrong:
                self._report.error(wrong.rule, At(at.file, f"{at.path}.{key}{wrong.step}"), wrong.message, wrong.fix)
                record.broken.add(field.model_name)
            except AlreadyReported:
                record.broken.add(field.model_name)
            if field.keys_refer:
                self.references.append(Reference(at.key(key), field.keys_refer, key))
        record.values[field.model_name] = found

    def _figure_form(self, at: At, value: Mapping[str, Any]) -> None:
        own = PROVENANCE_KEYS & value.keys()
        missing = "a figure written as a table needs value = …." if own else "expected a figure, found a table."
        self._report.error(
            "type", at, missing, 'Write it as { value = …, source = "…" } or { value = …, illustrative = true }.'
        )

    def _break(self, record: Record, field: Field) -> None:
        record.broken.add(field.model_name)
        instead = field.default if field.neutral is UNSET else field.neutral
        if instead is UNSET:
            record.values.pop(field.model_name, None)
        else:
            record.values[field.model_name] = instead

    def _unsourced(self, at: At, figures: list[str]) -> None:
        names = ", ".join(figures)
        self._report.error(
            "provenance",
            at,
            f"nothing says where {names} {'comes' if len(figures) == 1 else 'come'} from.",
            'Add source = "…" (a key of sources.toml) or illustrative = true here, on a table around it, '
            "or at the top of the file.",
        )

    def _provenance(self, table: Mapping[str, Any], at: At) -> Provenance | None:
        """What a table itself says of where its figures come from; None if it says nothing."""
        if "source" not in table:
            if "illustrative" not in table:
                return None
            if table["illustrative"] is not True:
                fix = (
                    "Leave it out, and name the source."
                    if table["illustrative"] is False
                    else "Write it without quotes."
                )
                self._report.error("provenance", at.key("illustrative"), "illustrative can only be true.", fix)
            return Provenance(illustrative=True)
        if "illustrative" in table:
            fix = "Keep one of them; a single figure can have its own: { value = …, illustrative = true }."
            self._report.error("provenance", at, "a table has either a source or is illustrative, not both.", fix)
        source = table["source"]
        keys = source if isinstance(source, list) else [source]
        if not keys or not all(isinstance(key, str) for key in keys):
            fix = 'Write source = "…", or a list of such keys.'
            self._report.error(
                "provenance", at.key("source"), f"expected keys of sources.toml, found {shown(source)}.", fix
            )
            return UNKNOWN_ORIGIN
        found = self._known.get(tuple(keys))
        if found is None:
            found = self._known[tuple(keys)] = Provenance(tuple(keys))
        if self._sources is not None:
            for index, key in enumerate(keys):
                if key not in self._sources:
                    where = at.key("source").item(index) if isinstance(source, list) else at.key("source")
                    fix = f"{did_you_mean(key, self._sources)} Sources are listed in sources.toml.".strip()
                    self._report.error("unknown-source", where, f'no source "{key}".', fix)
        return found
