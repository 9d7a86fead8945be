"""Certificates: evidence that is kept, what is signed about it, and how anybody checks both."""
