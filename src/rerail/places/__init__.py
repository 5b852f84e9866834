"""Which place is claimed over which stretch. The database itself makes a double claim impossible."""
