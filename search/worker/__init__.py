"""Background work: following the index, checking it, tasks and what happens by the clock.

Each kind of work is a job. The worker runs every job in a thread of its own; a test or ``--once`` calls
``work()`` itself.
"""
