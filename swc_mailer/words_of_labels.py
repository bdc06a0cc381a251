"""What was printed, in people's words: a batch in, lines on standard output and standard error out."""

from __future__ import annotations

from swc_mailer.commands.labels import PrintedBatch
from swc_mailer.output import complain, number_of, one_line, say


def say_batch(done: PrintedBatch) -> None:
    for file in done.files:
        say(f"Wrote {file}")
    if done.batch:
        say(f"Batch {done.batch}: {number_of(done.items, 'item')}. To print it again: swc-mailer labels --again {done.batch}")
    elif not done.left_out:
        say("Nothing was printed: nothing waits for it.")
    if done.letters_left:
        say(f"{number_of(done.letters_left, 'letter')} without a pack left for --letters FILE.pdf.")


def complain_of(done: PrintedBatch) -> None:
    for left in done.left_out:
        complain(one_line(f"swc-mailer: case {left.request_id} {left.why}: it was not printed."))
