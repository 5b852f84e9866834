"""How to get from A to B over departures, with changes. Pure."""
