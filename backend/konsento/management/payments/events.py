"""What payments owes to others, by name: the kinds of task it puts in the outbox."""

OPEN_CHECKOUT = "payments.open-checkout"  # subject: payment
LOOK = "payments.look"  # ask the provider what became of it; subject: payment
SETTLED = "payments.settled"  # the bill is paid or waived; subject: session
