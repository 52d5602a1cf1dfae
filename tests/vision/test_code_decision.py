"""What a code means for the verdict and the record."""

from inspector.domain.read_code import ReadCode
from inspector.domain.recipe import CodeReading, CodeTarget
from inspector.domain.verdict import Deciding, Judgement, Reason, Rule, Verdict
from inspector.vision.code_decision import code_for_record, with_codes

OK = Judgement(Verdict.OK, class_name="good", deciding=Deciding(Rule.GOOD, 0.95, 0.8))
NG = Judgement(Verdict.NG, "scratch", class_name="scratch")
UNSURE = Judgement(Verdict.CHECK, Reason.UNSURE, message="Not sure.")
REQUIRED = CodeReading(symbologies=("DataMatrix", "QRCode"), required=True)


def code(text: str, symbology: str = "DataMatrix") -> ReadCode:
    return ReadCode(text, symbology)


class TestWithCodes:
    def test_what_was_read_goes_along(self) -> None:
        judged = with_codes(OK, REQUIRED, [code("7"), code("8")])
        assert (judged.verdict, judged.reason, judged.message) == (Verdict.OK, "", "")
        assert [one.text for one in judged.codes] == ["7", "8"]
        assert judged.deciding == OK.deciding

    def test_an_ok_part_without_its_required_code_is_check(self) -> None:
        judged = with_codes(OK, REQUIRED, [])
        assert (judged.verdict, judged.reason) == (Verdict.CHECK, "code_unread")
        assert judged.message == "No DataMatrix or QRCode could be read for the serial; a person must decide."
        assert judged.deciding is None
        assert judged.class_name == "good"

    def test_what_is_not_ok_stays_what_it_is_and_is_told(self) -> None:
        told = with_codes(NG, REQUIRED, [])
        assert (told.verdict, told.reason) == (Verdict.NG, "scratch")
        assert told.message == "No DataMatrix or QRCode could be read for the serial."
        told = with_codes(UNSURE, CodeReading(target=CodeTarget.LOT, required=True), [])
        assert (told.verdict, told.reason) == (Verdict.CHECK, "unsure")
        assert told.message == "Not sure. No code could be read for the lot."

    def test_a_code_that_is_not_required_may_be_missing(self) -> None:
        judged = with_codes(OK, CodeReading(), [])
        assert (judged.verdict, judged.message, judged.codes) == (Verdict.OK, "", ())


class TestCodeForRecord:
    def test_nothing_is_recorded_without_a_reading_or_a_code(self) -> None:
        assert code_for_record(OK, None, "typed") == (OK, "typed")
        assert code_for_record(OK, CodeReading(), "") == (OK, "")

    def test_the_parts_code_is_recorded_on_one_line(self) -> None:
        judged = with_codes(OK, CodeReading(), [code("01 04006381\x1d21SN\n7 "), code("8")])
        assert code_for_record(judged, CodeReading(), "") == (judged, "01 04006381 21SN 7")

    def test_what_was_given_stays_where_it_agrees_with_any_code(self) -> None:
        judged = with_codes(OK, CodeReading(), [code("7"), code("8")])
        assert code_for_record(judged, CodeReading(), "8") == (judged, "8")
        assert code_for_record(judged, CodeReading(), " 8\r\n")[0] is judged

    def test_upc_is_ean_without_its_zero(self) -> None:
        judged = with_codes(OK, CodeReading(), [code("0023942431015", "EAN13")])
        assert code_for_record(judged, CodeReading(), "023942431015") == (judged, "023942431015")
        other = with_codes(OK, CodeReading(), [code("0023942431015", "Code128")])
        assert code_for_record(other, CodeReading(), "023942431015")[0].reason == "code_differs"

    def test_an_ok_part_whose_code_differs_from_what_was_given_is_check(self) -> None:
        judged = with_codes(OK, CodeReading(), [code("7")])
        doubted, serial = code_for_record(judged, CodeReading(), "9")
        assert (doubted.verdict, doubted.reason, serial) == (Verdict.CHECK, "code_differs", "9")
        assert (
            doubted.message
            == "The code on the part reads '7' where serial '9' was scanned or typed; a person must decide."
        )

    def test_a_lot_that_differs_is_told_of_a_bad_part_too(self) -> None:
        lot = CodeReading(target=CodeTarget.LOT)
        told, recorded = code_for_record(with_codes(NG, lot, [code("L7")]), lot, "L8")
        assert (told.verdict, told.reason, recorded) == (Verdict.NG, "scratch", "L8")
        assert told.message == "The code on the part reads 'L7' where lot 'L8' is being made."
