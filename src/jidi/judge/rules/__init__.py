"""Named judgements and the tables that they rest on."""
