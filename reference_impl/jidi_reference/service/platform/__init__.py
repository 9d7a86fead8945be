"""What a platform does: orders, dispatch, connections, events received."""
