"""Which parts the station asks about, out of a real journal."""

from inspector.domain.verdict import Verdict
from inspector.learning.ask import questions
from tests.learning.conftest import Bench, grained


def test_undecided_parts_with_an_exact_picture_are_asked_about(bench: Bench) -> None:
    bench.judged(1, Verdict.CHECK, "unsure", grained("good", 1))
    bench.judged(2, Verdict.NG, "scratch", grained("scratch", 2))
    bench.judged(3, Verdict.OK, "", grained("good", 3))
    bench.judged(4, Verdict.CHECK, "unsure", None)
    bench.judged(5, Verdict.CHECK, "unsure", grained("good", 5))
    bench.judged(6, Verdict.CHECK, "unsure", grained("good", 6), product="another")
    bench.judged(7, Verdict.CHECK, "unsure", grained("good", 7))
    bench.decided(5, Verdict.OK, "good")
    bench.journal.flush(10)
    gone = bench.records.inspection(7).picture
    bench.pictures.path(gone).unlink()
    found = questions(bench.records, bench.pictures, bench.active, 10)
    assert [one.part.inspection.sequence for one in found] == [1, 2], "the doubtful one before the sure one"
    assert found[0].part.picture == bench.pictures.path(bench.records.inspection(1).picture)
    assert found[0].doubt == 1.0


def test_no_more_than_the_limit(bench: Bench) -> None:
    for sequence in range(1, 8):
        bench.judged(sequence, Verdict.CHECK, "unsure", grained("good", sequence))
    bench.journal.flush(10)
    assert len(questions(bench.records, bench.pictures, bench.active, 3)) == 3
    assert questions(bench.records, bench.pictures, bench.active, 0) == ()


def test_nothing_to_ask(bench: Bench) -> None:
    assert questions(bench.records, bench.pictures, bench.active, 5) == ()
