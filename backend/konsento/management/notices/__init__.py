"""What drivers are told when they do not look: in which words, and by whose hand it is sent."""
