"""The whole installation with real processes: `fairsteps up`, the local Slack, a mailbox, a browser, people."""
