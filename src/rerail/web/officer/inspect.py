"""The inspector's page: a ticket's barcode in front of the camera, the verdict, and the passenger on board."""

from __future__ import annotations

from typing import Any

from litestar import Response

from rerail.web.office.inspect_words import reader_sentences, verdict_sentences
from rerail.web.office.visit import OFFLINE_COOKIE, Visit
from rerail.web.officer.asked_border import KEPT_FOR_SECONDS, asked_border
from rerail.web.officer.board import embedded, told, words_of_scripts
from rerail.web.security import INSPECTOR


def inspect(visit: Visit, train: str, day: str) -> Response[Any]:
    """The page at `/office/departures/{train}/{date}/border/inspect`, `?crossing`."""
    asked = asked_border(visit, train, day, visit.fields.text("crossing"))
    board = visit.office.frame.border.board(visit.user, asked.key, asked.passing.crossing)
    line = board.departure.line
    words = visit.view.words
    frame = visit.office.frame
    return visit.page(
        "border/inspect.html",
        headers=INSPECTOR,
        cookies=(visit.cookie(OFFLINE_COOKIE, "1", max_age=KEPT_FOR_SECONDS),),
        asked=asked,
        board=board,
        stations=[
            (call.station, visit.view.text(line.stations[call.station].names)) for call in board.departure.train.calls
        ],
        near=board.departure.train.calls[board.passing.near_call].station,
        script=frame.border_files.address("inspecting.js"),
        data=embedded(
            {
                **told(visit, asked, board),
                "words": {
                    **words_of_scripts(visit),
                    "reasons": {
                        **verdict_sentences(words),
                        "no-code": words.gettext("There is no code in this picture."),
                    },
                    "reader": reader_sentences(words),
                    "verdicts": verdict_words(visit),
                },
                "inspector": {
                    "inspect": frame.inspector_files.address("inspect.js"),
                    "reader": frame.inspector_files.address("reader.js"),
                },
            }
        ),
    )


def verdict_words(visit: Visit) -> dict[str, str]:
    """What each verdict is called, large."""
    _ = visit.view.words.gettext
    return {
        "valid": _("Valid"),
        "wrong-train": _("Wrong train"),
        "wrong-date": _("Wrong date"),
        "wrong-stretch": _("Not good here"),
        "refunded": _("Given back"),
        "forged": _("Forged"),
        "unknown-key": _("Cannot be judged"),
        "specimen": _("Specimen"),
        "unreadable": _("Not readable"),
    }
