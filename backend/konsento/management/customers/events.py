"""What the customers' room owes, by name: the kinds of task it puts in the outbox.

The subject is a registration. Who mails and pushes is not this room's to know: the handlers are
the notices room's.
"""

CONFIRM_MAIL = "customers.confirm-mail"  # mail a link with what `confirm.fresh_token` draws
NEW_REGISTRANT = "customers.new-registrant"  # tell `registration.others_told` of the new one
TELL_HOLDER = "customers.tell-holder"  # mail to `holder.holder_to_tell`, who the utility says it is
