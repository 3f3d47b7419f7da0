"""What can be wrong with a pipeline, found when it is stored."""
