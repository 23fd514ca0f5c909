# The words that letters and pages share.

seconds =
    { $n ->
        [one] { $n } second
       *[other] { $n } seconds
    }
minutes =
    { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
hours =
    { $n ->
        [one] { $n } hour
       *[other] { $n } hours
    }
hours-minutes = { $hours } and { $minutes }

moment = { $day } { $month } { $year } at { $clock } UTC
month =
    { $n ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }

policy-rules = Rules for the new password: { $rules }.
policy-between = { "; " }
policy-made = This password is made by the server; there is nothing to choose.
