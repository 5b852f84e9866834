"""What a list's file is called and says it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from drawn_manifest import ANNA, MINJI, listed

from rerail.border.forms import file_name, render
from rerail.border.model import Form, ListKey
from rerail.places.model import DepartureKey

FORMS: tuple[Form, ...] = ("paxlst", "csv", "pdf")


@pytest.mark.parametrize(
    ("form", "name", "media_type", "begins"),
    [
        ("paxlst", "vladivostok-rason_2026-12-01_ksr-control_v1.edi", "application/EDIFACT", b"UNA:+.? 'UNB+"),
        ("csv", "vladivostok-rason_2026-12-01_ksr-control_v1.csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfnumber"),
        ("pdf", "vladivostok-rason_2026-12-01_ksr-control_v1.pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_a_form_has_a_name_and_a_type(form: Form, name: str, media_type: str, begins: bytes) -> None:
    found = render(listed(ANNA), form)
    assert (found.name, found.media_type) == (name, media_type)
    assert found.content.startswith(begins)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_list_makes_the_same_file(form: Form) -> None:
    assert render(listed(ANNA, MINJI), form) == render(listed(ANNA, MINJI), form)


@pytest.mark.parametrize("form", FORMS)
def test_the_name_tells_the_version_and_the_tour_operator_and_nobodys_name(form: Form) -> None:
    key = ListKey(DepartureKey("645", date(2026, 12, 1)), "ksr-groups", "rason-tours")
    name = render(listed(ANNA, key=key, version=3), form).name
    assert name.partition(".")[0] == "645_2026-12-01_ksr-groups_rason-tours_v3"
    assert name == file_name(key, 3, form)


def test_a_draft_is_called_a_draft() -> None:
    draft = listed(ANNA, open_until=datetime(2026, 12, 1, 6, 0, tzinfo=UTC))
    assert render(draft, "csv").name == "vladivostok-rason_2026-12-01_ksr-control_draft.csv"


def test_ids_too_long_for_a_disk_give_way_to_the_lists_reference() -> None:
    keys = [ListKey(DepartureKey("t" * 80, date(2026, 12, 1)), "a" * 80, end * 80) for end in "op"]
    names = [file_name(key, 12, "paxlst") for key in keys]
    assert all(len(name) < 60 and name.endswith("_v12.edi") for name in names)
    assert len(set(names)) == 2
