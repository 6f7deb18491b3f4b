// An empty script: the time of starting Node.
