"""Each port against each of its adapters."""
