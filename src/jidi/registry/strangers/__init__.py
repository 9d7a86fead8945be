"""Schemas that are none of the kit's: what validators say of them."""
