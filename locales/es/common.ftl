# Las palabras que cartas y páginas comparten.

seconds =
    { $n ->
        [1] un segundo
       *[other] { $n } segundos
    }
minutes =
    { $n ->
        [1] un minuto
       *[other] { $n } minutos
    }
hours =
    { $n ->
        [1] una hora
       *[other] { $n } horas
    }
hours-minutes = { $hours } y { $minutes }

moment = { $day } de { $month } de { $year } a las { $clock } UTC
month =
    { $n ->
        [1] enero
        [2] febrero
        [3] marzo
        [4] abril
        [5] mayo
        [6] junio
        [7] julio
        [8] agosto
        [9] septiembre
        [10] octubre
        [11] noviembre
       *[12] diciembre
    }

policy-rules = Reglas de la contraseña nueva: { $rules }.
policy-between = { "; " }
policy-made = Esta contraseña la crea el servidor; no hay nada que elegir.
