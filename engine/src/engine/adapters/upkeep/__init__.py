"""What operators do with the stores themselves: look, back up, restore. No engine."""
