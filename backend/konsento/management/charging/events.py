"""What charging owes to others, by name: the kinds of task it puts in the outbox."""

SWITCH_ON = "charging.switch-on"  # tell the control system to start; subject: session
SWITCH_OFF = "charging.switch-off"  # tell it to stop; subject: session
ENDED = "charging.ended"  # the closing facts are known, or it never began; subject: session
