"""Names of persons: by their form, by what stands around them, and what is none."""
