"""From paths and bytes to records, rows and lines; what cannot be read is told, never left out."""
