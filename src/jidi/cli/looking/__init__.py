"""Commands that look at data: what is required, schemas, messages, logs."""
