"""The review pages: requests in, pages out. Routes call what the commands call, never the store."""
