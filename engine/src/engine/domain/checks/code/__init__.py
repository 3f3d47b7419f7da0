"""What can be wrong with the code in a document."""
