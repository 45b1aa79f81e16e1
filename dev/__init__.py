"""What developers run: the demo, the restore drill. Not part of the app, never installed."""
