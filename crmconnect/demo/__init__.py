"""The demonstration company: its data, and a mailbox that shows the e-mails instead of sending them."""
