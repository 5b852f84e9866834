"""fares.toml as written, turned into the values of `rerail.line.tariff`: amounts become minor units here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from rerail.line.amount import Money, exponent
from rerail.line.document import Document
from rerail.line.draft import DraftTariff, Placed, complete
from rerail.line.model import Railway, RailwayId
from rerail.line.problem import At, Report
from rerail.line.table import Record
from rerail.line.tariff import (
    Allotment,
    Category,
    CrossingDeadline,
    Fare,
    Fee,
    GroupRules,
    Rate,
    RefundRule,
    SaleRules,
    TourOperator,
)


def read_tariff(
    document: Document | None, file: Record, railways: Mapping[RailwayId, Placed[Railway]], report: Report
) -> DraftTariff | None:
    """What fares.toml says; None if there is none, or it could not be parsed."""
    if document is None:
        return None
    at = At("fares.toml")
    if "currencies" not in document:
        report.error("missing-key", at, "there are no currencies.", 'Add currencies = ["…"], those a sale can be in.')
    amounts = _Amounts(report)
    sale = file.tables.get("sale") or Record(at.key("sale"), file.own, {})
    group = file.tables.get("group")
    return DraftTariff(
        provenance=file.provenance,
        currencies=file.get("currencies") or (),
        categories=[*_whole(file, "category", Category, "id", "names")],
        fares=[*_fares(file, railways, amounts)],
        fees=[*_fees(file, amounts)],
        rates=[*_rates(file)],
        refunds=[*_whole(file, "refund", RefundRule, "minutes", "percent")],
        deadlines=[*_whole(file, "deadline", CrossingDeadline, "crossing", "minutes")],
        operators=[*_whole(file, "operator", TourOperator, "id", "names")],
        allotments=[*_allotments(file, report)],
        groups=None if group is None else _groups(group),
        sale=Placed(sale.at, SaleRules(provenance=sale.provenance, figures=sale.figures, **sale.values)),
    )


class _Amounts:
    """Turns amounts in major units into minor units, and reports those that have none."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def money(self, written: Decimal, currency: str, at: At) -> Money:
        minor = written.scaleb(exponent(currency))
        if minor != int(minor):
            digits = exponent(currency)
            message = f"the amount {written:f} has more decimals than {currency}, which has {digits}."
            self._report.error("value", at, message, f"Write it with {digits or 'no'} decimals.")
        return Money(int(minor), currency)


def _whole(file: Record, key: str, model: Any, *needed: str) -> Iterator[Any]:
    for record in file.lists.get(key, ()):
        values = complete(record, *needed)
        if values is not None:
            yield _placed(record, model, values)


def _placed(record: Record, model: Any, values: Mapping[str, Any]) -> Any:
    built = model(provenance=record.provenance, figures=record.figures, **values)
    return Placed(record.at, built, frozenset(record.broken))


def _fares(file: Record, railways: Mapping[RailwayId, Placed[Railway]], amounts: _Amounts) -> Iterator[Placed[Fare]]:
    for record in file.lists.get("fare", ()):
        values = complete(record, "id", "railway", "basis", "amounts")
        if values is None or "currency" in record.broken:
            continue
        railway = railways.get(values["railway"])
        currency = values.get("currency") or (railway.value.currency if railway else None)
        if currency is None:
            continue
        priced = {
            key: {
                category: amounts.money(written, currency, record.at.key(key).key(category))
                for category, written in values.get(key, {}).items()
            }
            for key in ("amounts", "group_amounts")
        }
        kept = {key: value for key, value in values.items() if key != "currency"}
        yield _placed(record, Fare, {**kept, **priced})


def _fees(file: Record, amounts: _Amounts) -> Iterator[Placed[Fee]]:
    for record in file.lists.get("fee", ()):
        values = complete(record, "id", "names", "per", "amount", "currency")
        if values is None:
            continue
        kept = {key: value for key, value in values.items() if key != "currency"}
        money = amounts.money(values["amount"], values["currency"], record.at.key("amount"))
        yield _placed(record, Fee, {**kept, "amount": money})


def _rates(file: Record) -> Iterator[Placed[Rate]]:
    for record in file.lists.get("rate", ()):
        values = complete(record, "from", "to", "value", "dated")
        if values is not None:
            given = {"source": values["from"], "target": values["to"]}
            yield _placed(record, Rate, {**given, "value": values["value"], "dated": values["dated"]})


def _allotments(file: Record, report: Report) -> Iterator[Placed[Allotment]]:
    for record in file.lists.get("allotment", ()):
        holders = {"railway", "operator"} & {*record.values, *record.broken}
        if len(holders) == 2:
            message = "the places are kept for a railway and for a tour operator."
            report.error("value", record.at.key("operator"), message, "Keep one of the two keys.")
        elif not holders:
            message = "nothing says whom the places are kept for."
            report.error("missing-key", record.at, message, 'Add operator = "…" or railway = "…".')
        values = complete(record, "id", "trains", "coach", "release_days")
        if values is None:
            continue
        kept = {key: value for key, value in values.items() if key not in ("railway", "operator")}
        kind = "operator" if "operator" in values else "railway"
        yield _placed(record, Allotment, {**kept, "holder_kind": kind, "holder": values.get(kind, "")})


def _groups(record: Record) -> Placed[GroupRules] | None:
    needed = ("from_passengers", "option_days", "deposit_percent", "balance_days", "names_days")
    values = complete(record, *needed)
    return None if values is None else _placed(record, GroupRules, values)
