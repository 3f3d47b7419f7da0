"""Who may do what: people, their roles and credentials, and the table of rights."""
