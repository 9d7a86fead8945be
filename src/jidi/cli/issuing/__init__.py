"""Commands of whoever signs and of whoever checks what was signed."""
