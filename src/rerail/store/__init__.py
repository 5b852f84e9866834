"""The database: engine, the one writer, transactions, migrations."""
