"""How to get from A to B over departures, with changes. Pure.

`search` is the question, `Answer` the answer; the rest is how it is found.
"""

from rerail.journey.model import Answer, Change, Journey, Leg, Refusal
from rerail.journey.search import search
from rerail.journey.stations import UnknownStation, find_station

__all__ = ["Answer", "Change", "Journey", "Leg", "Refusal", "UnknownStation", "find_station", "search"]
