"""What a pipeline is and what happens to a task: pure, without clock or I/O."""
