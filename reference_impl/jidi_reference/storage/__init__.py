"""Tables and the statements on them; SQLite by default, PostgreSQL by URL."""
