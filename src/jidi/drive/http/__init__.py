"""Requests as they go over the wire: one client, bounded in bytes, time and headers."""
