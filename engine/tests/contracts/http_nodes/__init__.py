"""What http nodes are promised: any interface can be asked and understood."""
