"""Which calls a stretch between two stations means, where a train calls at one of them twice."""

from __future__ import annotations

from rerail.line.model import StationId, Train


def stretch(train: Train, board: StationId, alight: StationId) -> tuple[int, int] | None:
    """The indexes of the calls: the first at `board`, the last at `alight`. None: it does not call at one of them.

    Whether one can travel between the two (in this order, boarding and alighting) is for the caller to say.
    """
    stations = [call.station for call in train.calls]
    if board not in stations or alight not in stations:
        return None
    return stations.index(board), len(stations) - 1 - stations[::-1].index(alight)
