"""Request bodies: received within bounds, parsed, checked against the route."""
