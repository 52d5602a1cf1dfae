"""The lane: trigger, grab, judge, record; and the station's state machine."""
