"""Real mail servers (placeholder)."""


def start_all(plan, state):
    """Start them."""


def wait_all(plan, state):
    """Wait."""
