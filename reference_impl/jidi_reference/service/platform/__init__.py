"""What a platform does: orders, dispatch, connections, events received.

The face names the modules that others use; how things are sent is its own.
"""

__all__ = [
    "calls",
    "changes",
    "connections",
    "orders",
    "outgoing",
    "received_events",
    "receiving",
    "worker",
]
