"""How Danish pages write a day. ISO comes first among the inputs: it is what date fields speak."""

DATE_FORMAT = "D j. b Y"
MONTH_DAY_FORMAT = "D j. b"
SHORT_DATE_FORMAT = "j. b Y"
DATETIME_FORMAT = "D j. b Y, H.i"
SHORT_DATETIME_FORMAT = "j. b Y, H.i"
TIME_FORMAT = "H.i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S"]
