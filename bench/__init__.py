"""What the house costs above the least that could be: `make bench`, or `python -m bench`.

Each line compares something of ours with a limit: SQL written by hand that returns the same rows,
and for pages a bare view that runs one such statement and joins strings, without middleware,
session or template. Both run in this process, on this database, alternately; `ratio` compares the
medians of their times, `least` their shortest: with neighbours on the machine trust it more.
Milliseconds are printed for scale only. Lines "over HTTP" ask two gunicorns instead, one of ours
and one of the limits, each with one worker, over a connection that stays open.

The raw form page is as long as ours: what is read, decrypted and joined, then the rest of a page
that was kept. The raw note writes every row that ours writes, in one transaction; the line below
it compares ours with the one row of the session.

How to read a ratio. 1.0 is the limit itself. A page holds what the limit has not: session and
user (2 queries), the person's standing (1), the page's rules, the template, and the line of the
trail that commits before the answer leaves. Both sides carry the cost of the test client, which
pulls ratios towards 1: it is the limit of the line "an empty answer". Names and notes that are
shown are decrypted on both sides. `queries` counts statements, without savepoints; it should not
grow with the scale. `target` is what the design asks for; nothing here fails when it is missed,
and nothing is timed in a test.

`--scale` is that of the demonstration, `pilot` by default: `make bench BENCH="--scale national"`.
A national scheme has 5 000 mentees, a European one 200 000. The mentor and the coach have as many
rows in both, so a time that grows between them shows a query that reads more than its page.
The growth exponent of each line since the last run of another scale is printed below the table,
of the shortest times. `--rule` measures the rule alone: what it does not read is not copied, and
a European scheme is there in a minute.

The database is made for the run and dropped after it: a file by default, a database of its own on
the server of `DATABASE_URL`. `--here` measures a demonstration that is loaded there already, and
leaves some sessions in it. Results go to `var/bench/`, as a table and as JSON.
"""
