"""OpenAPI 3.1 documents: what each operation takes and gives, as schemas."""
