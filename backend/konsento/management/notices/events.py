"""What the notices room owes, by name: the kind of task it puts in the outbox."""

PUSH = "notices.push"  # one notice to one browser; subject: notice.subscription
