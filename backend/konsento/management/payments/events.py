"""What payments owes to others, by name: the kinds of task it puts in the outbox."""

OPEN_CHECKOUT = "payments.open-checkout"  # subject: payment
LOOK = "payments.look"  # ask the provider what became of it; subject: payment
REFUND = "payments.refund"  # a bill was corrected downwards: give back; subject: session
CORRECTED = "payments.corrected"  # what was owed back is given back; subject: session
FORGET_CARD = "payments.forget-card"  # have the provider forget it; subject: card
LET_GO = "payments.let-go"  # an attempt that nobody waits for any more; subject: payment
RAISE_LIMIT = "payments.raise-limit"  # an addition is held: let it have effect; subject: addition
SETTLED = "payments.settled"  # the bill is paid or waived; subject: session
