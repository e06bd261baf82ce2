"""The lane for many: notices owed by the thousand go out in pages, each host in its own pace."""
