"""What others read: GTFS, Atom, iCalendar."""
