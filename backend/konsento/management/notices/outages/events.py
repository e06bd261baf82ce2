"""What the telling of outages owes itself, by name: a kind of task of the outbox."""

WEIGH = "notices.weigh-outage"  # subject: outage, or outage/registration after which to go on
