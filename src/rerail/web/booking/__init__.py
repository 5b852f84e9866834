"""The passenger's own page: the booking by code and e-mail, its tickets, names, refunds, payment."""
