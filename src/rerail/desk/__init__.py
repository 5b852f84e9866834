"""One function per act of a person, over all rooms, in one transaction each."""
