"""What the house costs above the least that could be: `make bench`, or `python -m bench`.

Each line compares something of ours with a limit: SQL written by hand that returns the same rows,
and for pages a bare view that runs one such statement and joins strings, without middleware,
session or template. Both run in this process, on this database, alternately; `ratio` compares the
medians of their times. Milliseconds are printed for scale only. `busy` is the same ratio of what
this process computes: with neighbours on the machine trust it more, but it does not see a
database server.

How to read a ratio. 1.0 is the limit itself. A page holds what the limit has not: session and
user (2 queries), the person's standing (1), the page's rules, the template, and the line of the
trail that commits before the answer leaves. Both sides carry the cost of the test client, which
pulls ratios towards 1: it is the limit of the line "an empty answer". Names and notes that are
shown are decrypted on both sides. `queries` counts statements, without savepoints; it should not
grow with the scale. `target` is what the design asks for; nothing here fails when it is missed,
and nothing is timed in a test.

`--scale` is the number of mentees (`small` is 200): `make bench BENCH="--scale 5000"`. Each mentor
walks with 10 and each coach supervises 5 mentors, so a desk has 50 rows at every scale: a ratio
that grows with the scale shows a query that reads more than its page. The database is made for
the run and dropped after it: a file by default, a database of its own on the server of
`DATABASE_URL`. Results go to `var/bench/`, as a table and as JSON.
"""
